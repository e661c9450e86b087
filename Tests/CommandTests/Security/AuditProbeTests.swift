// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `audit --probe`: what the kernel answers in the container, beside what its filter was read to.
@Suite(.commands, .box) struct AuditProbeTests {
    private func report(_ flags: [String], _ box: Box) throws -> [String: Any] {
        try #require(
            try box.run(["run", "-d", "--name", "asked"] + flags + ["busybox", "sleep", "1000"]).status == 0)
        defer { _ = try? box("rm", "-f", "asked") }
        let shown = try box("audit", "--probe", "--format", "json", "asked")
        try #require(shown.status == 0, "\(shown)")
        return try #require(
            (try JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])?.first)
    }

    private func status(_ report: [String: Any]) -> String? {
        (report["checks"] as? [[String: Any]])?.first { $0["id"] as? String == "A67" }?["status"] as? String
    }

    private func call(_ name: String, _ report: [String: Any]) throws -> [String: Any] {
        try #require((report["reach"] as? [[String: Any]])?.first { $0["call"] as? String == name }, "\(name)")
    }

    @Test(arguments: [[], ["--user", "1000", "--read-only"], ["--userns", "host", "--cap-add", "SYS_ADMIN"]])
    func theFilterDoesWhatItWasReadToDo(_ flags: [String]) throws {
        let report = try report(flags, box())
        #expect(status(report) == "PASS", "\(flags)")
        let reach = try #require(report["reach"] as? [[String: Any]])
        #expect(reach.count > 60)
        let keys = try call("keyctl", report)
        #expect(keys["foretold"] as? String == "EPERM" && keys["seen"] as? String == "EPERM")
        // Whoever may make namespaces has clone3 as well, whose flags no filter sees.
        if flags.contains("SYS_ADMIN") { return #expect(try call("clone3", report)["foretold"] as? String == "open") }
        let clone = try call("clone3", report)
        #expect(clone["foretold"] as? String == "ENOSYS" && clone["seen"] as? String == "ENOSYS")
        let packets = try call("socket-packet", report)
        #expect(packets["foretold"] as? String == "lacking" && packets["seen"] as? String == "EPERM")
    }

    @Test func withoutAFilterNothingIsForetold() throws {
        let report = try report(["--security-opt", "seccomp=unconfined"], box())
        #expect(status(report) == "N-A")
        let ring = try call("keyctl", report)
        #expect(ring["foretold"] as? String == "open" && ring["seen"] as? String == "OK")
    }

    @Test func itIsAskedForAndOfContainersAlone() throws {
        let box = try box()
        try #require(try box("run", "-d", "--name", "asked", "busybox", "sleep", "1000").status == 0)
        box.removeContainersAtEnd()
        #expect(try !box("audit", "-v", "asked").output.contains("A67"))
        let words = try box("audit", "--probe", "asked")
        #expect(
            words.output.contains("asked inside:\n  refused by the filter: ") && words.output.contains("let through: "))
        for flags in [["--probe", "--pid", "1"], ["--probe", "--filters=false", "asked"]] {
            #expect(try box.run(["audit"] + flags).status == 125, "\(flags)")
        }
        #expect(try box("audit", "--explain", "A67").output.contains("its filter was read to refuse"))
    }
}
