// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Which processes `minibox audit` takes for a container's: those of its pid namespace and of its cgroup, and no neighbour's.
@Suite(.commands, .box) struct AuditMemberTests {
    private static let closed = ["--read-only", "--user", "1000", "--cap-drop", "ALL"]

    private func start(_ name: String, _ flags: [String], _ box: Box) throws {
        let started = try box.run(["run", "-d", "--name", name] + Self.closed + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        box.atEnd { _ = try? box("rm", "-f", name) }
    }

    /// What is open, and what is said of it.
    private func found(_ name: String, _ box: Box) throws -> [String: String] {
        let shown = try box("audit", "--format", "json", name)
        try #require(shown.status == 0, "\(shown)")
        let reports = try #require(
            try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        let checks = try #require(reports.first?["checks"] as? [[String: Any]])
        return Dictionary(
            checks.filter { $0["status"] as? String == "FAIL" }.map {
                ($0["id"] as? String ?? "", $0["evidence"] as? String ?? "")
            }, uniquingKeysWith: { $0 + "; " + $1 })
    }

    /// Where a container sees the host's processes, all of them have one pid namespace.
    @Test func aPrivilegedExecIsFoundAmongTheHostsProcesses() throws {
        let box = try box()
        try start("seen", ["--pid", "host"], box)
        let before = try found("seen", box)
        #expect(!before.keys.contains("A18") && !before.keys.contains("A66"), "\(before)")
        let late = try box.start("exec", "--privileged", "--user", "0", "seen", "sleep", "1001")
        #expect(
            Clock.wait(seconds: 30) {
                (try? found("seen", box))?["A18"]?.contains("sleep (") ?? false
            }, "\((try? found("seen", box)) ?? [:])")
        let after = try found("seen", box)
        #expect(Set(after.keys).isSuperset(of: ["A17", "A18", "A19", "A20", "A66"]), "\(after)")
        // And nobody else's: this test's own processes have no filter either.
        #expect(!(after["A18"] ?? "").contains("xctest") && !(after["A18"] ?? "").contains("minibox ("), "\(after)")
        try box("rm", "-f", "seen")
        _ = late.wait(seconds: 30)
    }

    /// A neighbour that has joined its pid namespace has files, a cgroup and a confinement of its own.
    @Test func aNeighbourInItsPidNamespaceIsAnotherContainer() throws {
        let box = try box()
        try start("first", [], box)
        let alone = try found("first", box)
        let joined = try box(
            "run", "-d", "--name", "second", "--pid", "container:first", "--security-opt", "seccomp=unconfined",
            "busybox",
            "sleep", "1002")
        try #require(joined.status == 0, "\(joined)")
        box.atEnd { _ = try? box("rm", "-f", "second") }
        #expect(try found("first", box) == alone)
        let second = try found("second", box)
        #expect(second.keys.contains("A18") && !second.keys.contains("A45"), "\(second)")
        // What enters the neighbour is the neighbour's as well.
        let late = try box.start("exec", "second", "sleep", "1003")
        #expect(Clock.wait(seconds: 30) { (try? box("top", "second"))?.output.contains("sleep 1003") ?? false })
        #expect(try found("first", box) == alone)
        try box("rm", "-f", "second", "first")
        _ = late.wait(seconds: 30)
    }
}
