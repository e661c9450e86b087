// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The five sets of capabilities, as the bundle says them.
@Suite(.runtimes, .runtime) struct CapabilitySetTests {
    private static let show = "grep -E '^Cap' /proc/self/status"

    /// The sets of a program, by the name that proc(5) has for them.
    private func sets(_ outcome: Outcome) throws -> [String: UInt64] {
        try #require(outcome.status == 0, "\(outcome)")
        var sets: [String: UInt64] = [:]
        for line in outcome.lines {
            let fields = line.split(separator: "\t")
            if fields.count == 2 { sets[String(fields[0].dropLast())] = UInt64(fields[1], radix: 16) }
        }
        return sets
    }

    private func capabilities(_ names: [String], _ members: [String]) -> Document {
        .object(Dictionary(uniqueKeysWithValues: members.map { ($0, Document(names)) }))
    }

    @Test func rootHasWhatTheBundleSays() throws {
        let found = try sets(try runtime().inside(Self.show))
        #expect(found == ["CapInh": 0, "CapPrm": 0xe0, "CapEff": 0xe0, "CapBnd": 0xe0, "CapAmb": 0])
    }

    @Test func anotherUserKeepsAmbientOnes() throws {
        let all = ["bounding", "effective", "permitted", "inheritable", "ambient"]
        let found = try sets(
            try runtime().inside(Self.show) {
                $0.process.user = ["uid": 1000, "gid": 1000]
                $0.process.capabilities = capabilities(["CAP_NET_RAW", "CAP_KILL"], all)
            })
        #expect(found == ["CapInh": 0x2020, "CapPrm": 0x2020, "CapEff": 0x2020, "CapBnd": 0x2020, "CapAmb": 0x2020])
    }

    @Test func noneAreNone() throws {
        let found = try sets(try runtime().inside(Self.show) { $0.process.capabilities = nil })
        #expect(found.values.allSatisfy { $0 == 0 } && found.count == 5, "\(found)")
    }

    /// CVE-2022-24769, CVE-2022-29162, CVE-2022-27650: a set that nobody asked for was inheritable, so that a program with
    /// inheritable file capabilities gave them to a user that is not root.
    @Test func nothingIsInheritableUnasked() throws {
        let runtime = try runtime()
        #expect(try sets(try runtime.inside(Self.show))["CapInh"] == 0)
        let container = try runtime.running()
        #expect(try sets(try runtime("exec", container.id, "sh", "-c", Self.show))["CapInh"] == 0)
        let added = try sets(try runtime("exec", "--cap", "CAP_NET_RAW", container.id, "sh", "-c", Self.show))
        #expect(added["CapInh"] == 0 && added["CapBnd"] == 0x20e0, "\(added)")
    }

    @Test func anUnknownNameIsLeftOut() throws {
        let found = try sets(
            try runtime().inside(Self.show) {
                $0.process.capabilities = capabilities(
                    ["CAP_KILL", "CAP_OF_TOMORROW"], ["bounding", "effective", "permitted"])
            })
        #expect(found["CapEff"] == 0x20)
    }

    @Test func noNewPrivilegesIsWhatTheBundleSays() throws {
        let runtime = try runtime()
        for value in [true, false] {
            let ended = try runtime.inside("grep NoNewPrivs /proc/self/status") {
                $0.process.noNewPrivileges = .bool(value)
            }
            #expect(ended.lines.first?.hasSuffix(value ? "1" : "0") == true, "\(ended)")
        }
    }

    @Test func aUserNamespaceOfItsOwnHasThemToo() throws {
        let found = try sets(
            try runtime().inside(Self.show) {
                $0.linux.namespaces.append(["type": "user"])
                $0.linux.uidMappings = [["containerID": 0, "hostID": 100_000, "size": 65_536]]
                $0.linux.gidMappings = [["containerID": 0, "hostID": 100_000, "size": 65_536]]
            })
        #expect(found["CapEff"] == 0xe0 && found["CapInh"] == 0 && found["CapBnd"] == 0xe0)
    }
}
