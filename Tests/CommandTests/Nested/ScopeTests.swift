// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A run directory that outlived its boot or its pid namespace, as on a volume of a job that was killed: what it says of
/// processes is of others.
@Suite(.commands, .box) struct ScopeTests {
    /// Starts a container whose record says that it was started elsewhere, and gives its first process.
    private func startElsewhere() throws -> (Box, process: Int32) {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        let id = try box(
            "run", "-d", "--name", "kept", "busybox", "sh", "-c",
            "trap 'exit 4' TERM; echo ready; while :; do sleep 0.05; done")
        try #require(id.status == 0, "\(id)")
        #expect(Clock.wait { (try? box("logs", "kept").text) == "ready" })
        let process = try #require(Int32(try box("inspect", "--format", "{{.State.Pid}}", "kept").text))
        let edit = try box.shell(
            "sed -i 's/\"Scope\":\"[^\"]*\"/\"Scope\":\"elsewhere\"/' \(box.runRoot)/containers/\(id.text)/record.json")
        #expect(edit.status == 0, "\(edit)")
        return (box, process)
    }

    private func parent(of process: Int32) throws -> Int32 {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("PPid:") })
        return try #require(Int32(line.filter(\.isNumber)))
    }

    @Test func whoseSupervisorIsGoneHasEnded() throws {
        let (box, process) = try startElsewhere()
        kill(try parent(of: process), SIGKILL)
        #expect(Clock.wait { (try? box("ps", "-a").output.contains("Exited (137)")) == true })
        #expect(try box("ps", "-q").text.isEmpty)
    }

    @Test func whoseSupervisorIsThereGoesOn() throws {
        let (box, _) = try startElsewhere()
        #expect(try box("ps").output.contains("kept"))
        #expect(try box("inspect", "--format", "{{.State.Pid}}", "kept").text == "0")
        #expect(try box("stop", "kept").status == 0)
        #expect(try box("wait", "kept").text == "4")
    }
}
