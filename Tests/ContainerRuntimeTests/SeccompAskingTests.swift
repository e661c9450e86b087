// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

/// A filter that asks somebody lets nothing through that it did not let through before.
@Suite struct SeccompAskingTests {
    private static let asked: Set<String> = ["mkdir", "mkdirat", "openat", "mount", "clone", "socket"]

    private static let custom = SeccompRules(
        defaultAction: .allow, foreignAction: .killProcess, architectures: [.amd64, .x86],
        rules: [
            SeccompRule(["mkdir", "getpid"], .errno(13)),
            SeccompRule(["openat"], .log, where: [SeccompComparison(2, .equal, 0)]),
            SeccompRule(["openat"], .killProcess, where: [SeccompComparison(2, .equal, 7)]),
        ])

    @Test(arguments: [standardRules([]), standardRules(ContainerCapabilities.standard), standardRules(.named), custom])
    func onlyWhatWasLetThroughIsAsked(_ rules: SeccompRules) throws {
        let plain = try SeccompRanges.compile(rules)
        let asking = try SeccompRanges.compile(rules.asking(about: Self.asked))
        for architecture in [SeccompArchitecture.amd64, .x86] {
            for number in UInt32(0)...600 {
                let isAsked = architecture.name(of: number).map(Self.asked.contains) ?? false
                let before = try #require(plain.answers(toNumber: number, on: architecture))
                let after = try #require(asking.answers(toNumber: number, on: architecture))
                let wanted = isAsked ? Set(before.map { $0 == .allow || $0 == .log ? .notify : $0 }) : before
                #expect(after == wanted, "\(architecture) \(number)")
            }
        }
    }

    @Test func whatIsRefusedStaysSo() throws {
        let asking = try SeccompRanges.compile(Self.custom.asking(about: Self.asked))
        #expect(answer(asking, "mkdir") == .errno(13) && answer(asking, "getpid") == .errno(13))
        #expect(answer(asking, "mkdirat") == .notify && answer(asking, "read") == .allow)
        let flags = Self.custom.asking(about: Self.asked).flags
        #expect(flags.contains(.waitKillable))
    }
}
