// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Linux

@Suite struct DeviceFilterTests {
    private static let rules: [DeviceRule] = [
        DeviceRule(.any, nil, nil, .makeNode), DeviceRule(.character, 1, 3, .all),
        DeviceRule(.character, 136, nil, [.read, .write]), DeviceRule(.block, 8, 0, .read),
        DeviceRule(.block, 8, 0, .write), DeviceRule(.character, 0xffff_fffe, 5, .read),
    ]

    /// What the program answers, by an interpreter of the ten instructions that it is made of.
    private static func allows(
        _ filter: DeviceFilter, _ kind: DeviceRule.Kind, _ major: UInt32, _ minor: UInt32, _ access: DeviceRule.Access
    ) -> Bool? {
        let context = [UInt32(access.rawValue) << 16 | UInt32(kind.rawValue), major, minor]
        var registers = [UInt32](repeating: 0, count: 11)
        var position = 0
        while filter.instructions.indices.contains(position) {
            let word = filter.instructions[position]
            let to = Int(word >> 8 & 15)
            let from = Int(word >> 12 & 15)
            let offset = Int(word >> 16 & 0xffff)
            let value = UInt32(word >> 32)
            position += 1
            switch word & 0xff {
            case 0x61: registers[to] = context[offset / 4]
            case 0xbc: registers[to] = registers[from]
            case 0xb4: registers[to] = value
            case 0x54: registers[to] &= value
            case 0x74: registers[to] >>= value
            case 0x56: position += registers[to] != value ? offset : 0
            case 0x16: position += registers[to] == value ? offset : 0
            case 0x05: position += offset
            case 0x95: return registers[0] == 1
            default: return nil
            }
        }
        return nil
    }

    @Test func allowsWhatARuleCoversAndNothingElse() {
        let filter = DeviceFilter(Self.rules)
        func allows(_ k: DeviceRule.Kind, _ a: UInt32, _ b: UInt32, _ access: DeviceRule.Access) -> Bool? {
            Self.allows(filter, k, a, b, access)
        }
        #expect(allows(.character, 1, 3, [.read, .write]) == true)
        #expect(allows(.block, 1, 3, .read) == false)
        #expect(allows(.character, 1, 4, .read) == false)
        #expect(allows(.character, 136, 99, [.read, .write]) == true)
        #expect(allows(.character, 136, 99, .makeNode) == true, "any node may be made")
        #expect(allows(.character, 136, 99, [.makeNode, .read]) == true, "each access is allowed by a rule")
        #expect(allows(.block, 8, 0, [.read, .write]) == true, "two rules for one device count together")
        #expect(allows(.block, 8, 1, .read) == false)
        #expect(allows(.character, 0xffff_fffe, 5, .read) == true, "a number above 2^31")
        #expect(Self.allows(DeviceFilter([]), .character, 1, 3, .read) == false)
        #expect(Self.allows(DeviceFilter([.init(.any, nil, nil, .all)]), .block, 8, 0, .all) == true)
    }

    @Test func ofRulesThatFitTheLastOneDecidesAboutEachAccess() {
        let filter = DeviceFilter([
            DeviceRule(.any, nil, nil, .all, isAllowed: false), DeviceRule(.block, nil, nil, .all),
            DeviceRule(.block, 8, nil, .write, isAllowed: false), DeviceRule(.block, 8, 1, .write),
            DeviceRule(.block, 9, nil, .all, isAllowed: false), DeviceRule(.block, 9, 0, [.read, .write]),
        ])
        func allows(_ a: UInt32, _ b: UInt32, _ access: DeviceRule.Access) -> Bool? {
            Self.allows(filter, .block, a, b, access)
        }
        #expect(allows(7, 0, .all) == true)
        #expect(allows(8, 0, .read) == true)
        #expect(allows(8, 0, [.read, .write]) == false, "a part of it is refused")
        #expect(allows(8, 1, .all) == true)
        #expect(allows(9, 1, .read) == false)
        #expect(allows(9, 0, [.read, .write]) == true)
        #expect(allows(9, 0, .makeNode) == false)
        #expect(Self.allows(filter, .character, 1, 3, .read) == false)
    }

    /// Every list of rules over two numbers against what the words say: the last that names an access decides.
    @Test func theProgramAnswersAsTheListReads() {
        var generator = Sequence(state: 7)
        for _ in 0..<3000 {
            let rules = (0..<Int.random(in: 0...7, using: &generator)).map { _ in
                DeviceRule(
                    [.any, .block, .character].randomElement(using: &generator) ?? .any,
                    [nil, 1, 2].randomElement(using: &generator) ?? nil,
                    [nil, 1, 2].randomElement(using: &generator) ?? nil,
                    Bool.random(using: &generator) ? .all : .init(rawValue: .random(in: 0...7, using: &generator)),
                    isAllowed: Int.random(in: 0..<4, using: &generator) > 0)
            }
            let filter = DeviceFilter(rules)
            for kind in [DeviceRule.Kind.block, .character] {
                for (major, minor) in [(1, 1), (1, 2), (2, 1), (3, 3)] as [(UInt32, UInt32)] {
                    for bits in UInt8(1)...7 {
                        let access = DeviceRule.Access(rawValue: bits)
                        let expected = [DeviceRule.Access.read, .write, .makeNode].filter(access.contains).allSatisfy {
                            one in
                            rules.last { $0.covers(DeviceRule(kind, major, minor, one)) }?.isAllowed ?? false
                        }
                        let found = Self.allows(filter, kind, major, minor, access)
                        #expect(filter.allows(kind, major, minor, access) == found)
                        if found != expected { Issue.record("\(rules): \(kind) \(major):\(minor) \(access)") }
                    }
                }
            }
        }
    }

    /// Programs that others write read parts of the context and compare in more ways; what calls the kernel is not judged.
    @Test func programsOfOthersAreRun() {
        let program = DeviceFilter(instructions: [
            0x1269, 0x0004_1461,  // r2 = kind, r4 = major
            0x0000_0001_0003_0255,  // if r2 != 1 go to the second answer
            0x0000_0008_0002_04a5,  // if r4 < 8 too
            0x0000_0001_0000_00b7, 0x95, 0x0000_0000_0000_00b7, 0x95,
        ])
        #expect(program.allows(.block, 8, 0, .read) == true && program.allows(.block, 7, 0, .read) == false)
        #expect(program.allows(.character, 8, 0, .read) == false)
        #expect(DeviceFilter(instructions: [0x0000_0005_0000_0085, 0x95]).allows(.block, 8, 0, .read) == nil)
        #expect(DeviceFilter(instructions: [0xb7]).allows(.block, 8, 0, .read) == nil, "it has no end")
    }

    /// What the kernel's verifier walks is what a container waits for.
    @Test func rulesThatDecideAlikeShareTheirChecks() {
        let nodes: [(UInt32, UInt32)] = [(1, 3), (1, 8), (1, 7), (5, 0), (1, 5), (1, 9), (5, 2), (10, 200)]
        let rules = nodes.map { DeviceRule(.character, $0.0, $0.1, .all) } + [DeviceRule(.character, 136, nil, .all)]
        let filter = DeviceFilter([DeviceRule(.any, nil, nil, .makeNode)] + rules)
        #expect(filter.instructions.count <= 36)
        for (major, minor) in nodes { #expect(Self.allows(filter, .character, major, minor, .all) == true) }
        #expect(Self.allows(filter, .character, 136, 7, .all) == true)
        #expect(Self.allows(filter, .character, 1, 4, .read) == false)
        #expect(Self.allows(filter, .character, 1, 4, .makeNode) == true)
        #expect(Self.allows(filter, .block, 1, 3, .read) == false)
    }

    @Test func aRuleReadsAsTheKernelWritesIt() {
        #expect(Self.rules.map(\.description).prefix(4) == ["a *:* m", "c 1:3 rwm", "c 136:* rw", "b 8:0 r"])
        #expect(DeviceRule(.any, nil, nil, .all).covers(Self.rules[1]))
        #expect(!Self.rules[2].covers(DeviceRule(.character, 136, 0, .all)))
    }

    @Test(.enabled(if: isRoot && cgroup2 != nil, "needs root and a cgroup2 mount"))
    func theKernelRefusesADeviceThatNoRuleAllows() async throws {
        await #expect(processExitsWith: .success) {
            let group = try #require(cgroup2) + "/minibox-device-test-\(getpid())"
            try #require(unsafe mkdir(group, 0o755) == 0)
            let directory = Descriptor(adopting: unsafe open(group, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
            try DeviceFilter(Self.rules).attach(to: directory)
            #expect(try DeviceFilter.attached(to: directory).count == 1)
            // Many rules of each form: the kernel's verifier takes them.
            var every: [DeviceRule] = []
            for number: UInt32 in 0..<200 {
                let access = DeviceRule.Access(rawValue: UInt8(number % 7 + 1))
                let kind: DeviceRule.Kind = number % 3 == 0 ? .block : .character
                let minor: UInt32? = number % 2 == 0 ? nil : 3
                every.append(DeviceRule(kind, number, minor, access, isAllowed: number % 5 != 0))
            }
            try DeviceFilter(every + [.everything] + every).replace(in: directory)
            #expect(try DeviceFilter.attached(to: directory).count == 1)
            try DeviceFilter(Self.rules).replace(in: directory)
            #expect(try DeviceFilter.attached(to: directory).count == 1)
            let child = fork()
            if child == 0 {
                let procs = unsafe open(group + "/cgroup.procs", O_WRONLY)
                if unsafe write(procs, "0", 1) != 1 { _exit(1) }
                if unsafe open("/dev/null", O_RDWR) < 0 { _exit(2) }
                if unsafe open("/dev/zero", O_RDONLY) >= 0 || errno != EPERM { _exit(3) }
                _exit(0)
            }
            var status: CInt = 0
            _ = unsafe waitpid(child, &status, 0)
            #expect(status == 0, "the child exited with \(status >> 8)")
            // Who was waited for may leave its cgroup a moment later.
            var isGone = unsafe rmdir(group) == 0
            for _ in 0..<6000 where !isGone && errno == EBUSY {
                Clock.sleep(milliseconds: 10)
                isGone = unsafe rmdir(group) == 0
            }
            #expect(isGone)
        }
    }
}

/// Where a cgroup2 hierarchy is mounted.
private let cgroup2: String? = {
    for line in lines(of: "/proc/mounts") ?? [] {
        let fields = line.split(separator: " ")
        if fields.count > 2, fields[2] == "cgroup2" { return String(fields[1]) }
    }
    return nil
}()

/// Numbers that are the same at each run: xorshift.
private struct Sequence: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
