// SPDX-License-Identifier: Apache-2.0
import Glibc
import Linux
import Testing

@Suite struct SeccompCompilerTests {
    private static let all: [SeccompArchitecture] = [.amd64, .x86, .x32]

    /// Rules that use every operator, several arguments, an order and both halves of a value.
    private static func samples(_ architectures: [SeccompArchitecture]) -> [SeccompRules] {
        let operators: [SeccompComparison.Operator] = [
            .notEqual, .less, .lessOrEqual, .equal, .greaterOrEqual, .greater, .maskedEqual,
        ]
        let values: [UInt64] = [0, 7, 0xffff_ffff, 0x1_0000_0000, 0x5_0000_0007, .max]
        let single = operators.flatMap { test in
            values.map { value in
                SeccompRules(
                    defaultAction: .errno(38), foreignAction: .errno(1), architectures: architectures,
                    rules: [
                        SeccompRule(["read", "close", "lseek"], .allow),
                        SeccompRule(["write"], .allow, where: [.init(1, test, value, mask: 0xf_0000_00ff)]),
                        SeccompRule(
                            ["fcntl"], .errno(5), where: [.init(0, .greater, 2), .init(2, test, value, mask: .max)]),
                        SeccompRule(["clone3"], .killProcess),
                    ])
            }
        }
        let ordered = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: architectures,
            rules: [
                SeccompRule(["ioctl"], .errno(1), where: [.init(1, .maskedEqual, 0x5412, mask: 0xffff_ffff)]),
                SeccompRule(["ioctl"], .errno(1), where: [.init(1, .maskedEqual, 0x541c, mask: 0xffff_ffff)]),
                SeccompRule(["ioctl", "dup"], .allow),
                SeccompRule(["personality"], .allow, where: [.init(0, .equal, 0)]),
                SeccompRule(["personality"], .allow, where: [.init(0, .equal, 8)]),
                SeccompRule(["personality"], .allow, where: [.init(0, .equal, 0xffff_ffff)]),
            ])
        let wide = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: architectures,
            rules: [SeccompRule(["personality"], .trap, where: [.init(0, .equal, 0x1_0000_0001)])])
        return single + [wide, ordered]
    }

    private static let arguments: [[UInt64]] = {
        let edges: [UInt64] = [
            0, 1, 2, 3, 6, 7, 8, 0x5411, 0x5412, 0x5413, 0x541c, 0x541d, 0xffff_fffe, 0xffff_ffff, 0x1_0000_0000,
            0x1_0000_0001, 0x1_0000_5412, 0x5_0000_0006, 0x5_0000_0007, 0x5_0000_0008, 0x6_0000_0000, .max - 1, .max,
        ]
        return edges.map { [$0, $0, $0] } + edges.map { [3, $0, $0] } + edges.map { [$0, 7, 7] }
    }()

    @Test(arguments: [[SeccompArchitecture.amd64], [.amd64, .x86], all])
    func bothCompilersAnswerAlikeForEveryNumber(_ architectures: [SeccompArchitecture]) throws {
        let native: [UInt32] = Array(0..<1024)
        let numbers = native + native.map { $0 + 0x4000_0000 } + [0x3fff_ffff, 0xffff_fffe]
        for rules in Self.samples(architectures).suffix(2) {
            let tree = try SeccompCompiler.compile(rules).filter
            let ranges = try SeccompRanges.compile(rules)
            for architecture in [SeccompArchitecture.amd64, .x86, .arm64] {
                let calls = numbers.map { SystemCall($0, on: architecture) }
                let unlike = calls.filter { tree.answer(to: $0)?.action != ranges.answer(to: $0)?.action }
                #expect(unlike.isEmpty)
            }
        }
    }

    @Test(arguments: [[SeccompArchitecture.amd64], [.amd64, .x86], all])
    func bothCompilersAnswerAlikeForEdgeArguments(_ architectures: [SeccompArchitecture]) throws {
        for rules in Self.samples(architectures) {
            let tree = try SeccompCompiler.compile(rules).filter
            let ranges = try SeccompRanges.compile(rules)
            // libseccomp cuts a value to 32 bits where the architecture has no more; ours never matches there.
            let wide = rules.rules.flatMap(\.comparisons).contains { $0.value > 0xffff_ffff }
            for architecture in architectures where architecture == .amd64 || !wide {
                for name in Set(rules.rules.flatMap(\.names)) {
                    guard case .number(let number) = architecture.number(of: name) else { continue }
                    let unlike = Self.arguments.filter { values in
                        let given = architecture != .amd64 ? values.map { $0 & 0xffff_ffff } : values
                        let call = SystemCall(number, given, on: architecture)
                        let answer = tree.answer(to: call)
                        return answer == nil || answer?.action != ranges.answer(to: call)?.action
                    }
                    #expect(unlike.isEmpty, "\(name) on \(architecture) of \(rules.rules)")
                }
            }
        }
    }

    @Test func theFirstRuleThatHoldsDecides() throws {
        let rules = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.amd64],
            rules: [
                SeccompRule(["socket"], .errno(1), where: [.init(0, .greater, 45)]),
                SeccompRule(["socket"], .errno(2), where: [.init(0, .equal, 40)]),
                SeccompRule(["socket"], .allow),
                SeccompRule(["socket"], .killProcess),
            ])
        let filter = try SeccompRanges.compile(rules)
        func answer(_ family: UInt64) -> SeccompAction? { filter.answer(to: SystemCall(41, [family]))?.action }
        #expect(answer(46) == .errno(1))
        #expect(answer(40) == .errno(2))
        #expect(answer(2) == .allow)
        #expect(throws: SeccompError.self, "libseccomp cannot keep this order") { try SeccompCompiler.compile(rules) }
    }

    @Test func namesThatNoTableKnowsAreReportedAndNumbersOfNewerCallsAreOurOwn() throws {
        let rules = SeccompRules(
            defaultAction: .errno(38), foreignAction: .killProcess, architectures: [.amd64, .x86],
            rules: [SeccompRule(["mseal", "reed", "chown32", "uprobe"], .allow)])
        #expect(rules.unknownNames == ["reed"])
        #expect(try SeccompCompiler.compile(rules).leftOut == ["reed", "mseal"])
        #expect(SeccompArchitecture.x86.number(of: "mseal") == .number(462))
        #expect(SeccompArchitecture.x32.number(of: "mseal") == .number(462 + 0x4000_0000))
        #expect(SeccompArchitecture.amd64.number(of: "chown32") == .absent)
        #expect(SeccompArchitecture.x86.number(of: "uprobe") == .absent)
        #expect(SeccompArchitecture.x86.number(of: "socket") == .number(359))
        #expect(SeccompArchitecture.amd64.name(of: 462) == "mseal")
        #expect(SeccompArchitecture.amd64.name(of: 0) == "read")
        #expect(SeccompArchitecture.amd64.name(of: 400) == nil)
    }

    @Test func aProgramSurvivesTheWayThroughItsBytes() throws {
        let filter = try SeccompRanges.compile(Self.samples(Self.all)[0])
        #expect(SeccompFilter(bytes: filter.bytes) == filter)
        #expect(SeccompFilter(bytes: filter.bytes.dropLast()) == nil)
        #expect(SeccompFilter(bytes: []) == nil)
        #expect(SeccompFilter(bytes: [UInt8](repeating: 0, count: 8 * 4097)) == nil)
    }

    @Test(.enabled(if: isRoot, "needs root"))
    func theKernelAnswersAsTheProgramSays() async {
        await #expect(processExitsWith: .success) {
            let rules = SeccompRules(
                defaultAction: .allow, foreignAction: .killProcess, architectures: [.amd64],
                rules: [
                    SeccompRule(["getpriority"], .errno(95)),
                    SeccompRule(["dup"], .errno(96), where: [.init(0, .maskedEqual, 77, mask: 0xffff_ffff)]),
                ])
            try SeccompCompiler.compile(rules).filter.load()
            errno = 0
            #expect(getpriority(.init(0), 0) == -1 && errno == 95)
            #expect(dup(77) == -1 && errno == 96)
            #expect(dup(78) == -1 && errno == EBADF)
            try SeccompRanges.compile(
                SeccompRules(
                    defaultAction: .allow, foreignAction: .killProcess, architectures: [.amd64],
                    rules: [SeccompRule(["dup"], .errno(97), where: [.init(0, .greaterOrEqual, 78)])], flags: .log)
            ).load()
            #expect(dup(77) == -1 && errno == 96)
            #expect(dup(78) == -1 && errno == 97)
        }
    }
}
