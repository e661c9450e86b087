// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A supervisor that is killed: what becomes of its container is decided, and known.
@Suite(.commands, .box, .wholeStore) struct AdoptionTests {
    /// The process of the supervisor: the parent of the container's first.
    private func supervisor(of name: String) throws -> Int32 {
        let line = try #require(
            try box()("inspect", name).output.split(separator: "\n").first { $0.contains("\"Pid\": ") })
        let process = line.filter(\.isNumber)
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let parent = try #require(status.split(separator: "\n").first { $0.hasPrefix("PPid:") })
        return try #require(Int32(parent.filter(\.isNumber)))
    }

    private func start(_ flags: String..., program: String) throws -> Box {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        let run = try box.run(["run", "-d", "--name", "kept"] + flags + ["busybox", "sh", "-c", program])
        try #require(run.status == 0, "\(run)")
        return box
    }

    /// A container that goes on when the test says so, with the supervisor there or not: by files of a folder that it sees.
    private func start(_ flags: String..., waitingFor program: String) throws -> (Box, go: (String) throws -> Void) {
        let folder = try box().directory("told")
        let waits = "await() { until [ -e /told/$1 ]; do sleep 0.02; done; }; "
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        let run = try box.run(
            ["run", "-d", "--name", "kept", "-v", folder + ":/told:ro"] + flags + [
                "busybox", "sh", "-c", waits + program,
            ])
        try #require(run.status == 0, "\(run)")
        return (box, { try "".write(toFile: "\(folder)/\($0)", atomically: false, encoding: .utf8) })
    }

    /// Waits until the container has another supervisor, which `command` makes: it may come before the killed one is
    /// gone, and leave it alone.
    private func isTakenOver(from killed: Int32, _ box: Box, by command: [String] = ["ps"]) -> Bool {
        Clock.wait(seconds: 10) {
            if !command.isEmpty { _ = try? box.run(command) }
            return (try? box.shell("pgrep -xf 'minibox: kept'").text).flatMap(Int32.init).map { $0 != killed } == true
        }
    }

    @Test func anotherTakesItOver() throws {
        let (box, go) = try start(
            waitingFor: "seq 0 9; await more; seq 10 19; await end; exit 9")
        // What was read and not written yet would be lost.
        #expect(Clock.wait { (try? box("logs", "-n", "1", "kept").text) == "9" })
        kill(try supervisor(of: "kept"), SIGKILL)
        try go("more")
        #expect(try box("ps").output.contains("kept"))
        let waiting = try box.start("wait", "kept")
        // The next supervisor is there: of an end that came before nobody knew.
        #expect(Clock.wait { (try? box("logs", "-n", "1", "kept").text) == "19" })
        try go("end")
        #expect(waiting.wait(seconds: 10).text == "9")
        // Nothing of what it wrote meanwhile is lost.
        #expect(try box("logs", "kept").text == (0..<20).map(String.init).joined(separator: "\n"))
        #expect(try box("ps", "-a").output.contains("Exited (9)"))
    }

    @Test func itsRestartPolicyGoesOn() throws {
        let (box, go) = try start("--restart", "always", waitingFor: "await end; exit 3")
        let killed = try supervisor(of: "kept")
        kill(killed, SIGKILL)
        #expect(isTakenOver(from: killed, box))
        try go("end")
        #expect(try box("wait", "kept").text == "3")
        #expect(
            Clock.wait { (try? box("inspect", "-f", "{{.RestartCount}}", "kept").text).flatMap(Int.init) ?? 0 >= 1 })
        #expect(try box("stop", "-t", "0", "kept").status == 0)
    }

    @Test func stopReachesIt() throws {
        let box = try start(program: "trap 'exit 4' TERM; echo ready; while :; do sleep 0.05; done")
        #expect(Clock.wait { (try? box("logs", "kept").text) == "ready" })
        kill(try supervisor(of: "kept"), SIGKILL)
        #expect(try box("stop", "kept").status == 0)
        #expect(try box("wait", "kept").text == "4")
    }

    @Test func oneThatRemovesItselfDoes() throws {
        let (box, go) = try start("--rm", waitingFor: "await end")
        kill(try supervisor(of: "kept"), SIGKILL)
        #expect(try box("ps").output.contains("kept"))
        try go("end")
        #expect(Clock.wait { (try? !box("ps", "-a").output.contains("kept")) == true })
    }

    @Test func manyCommandsGiveItOneSupervisor() throws {
        let box = try start(program: "sleep 1000")
        kill(try supervisor(of: "kept"), SIGKILL)
        #expect(try box.shell("for i in 1 2 3 4 5 6 7 8; do $MINIBOX ps >/dev/null & done; wait").status == 0)
        #expect(try box("exec", "kept", "echo", "in").text == "in")
        #expect(try box("stop", "-t", "0", "kept").status == 0)
        #expect(try box("ps", "-a").output.contains("Exited (137)"))
    }

    @Test func whatCannotBeTakenOverNowIsNotKilled() throws {
        let box = try start(program: "sleep 1000")
        kill(try supervisor(of: "kept"), SIGKILL)
        _ = try box.shell("ulimit -n 10; $MINIBOX ps -a >/dev/null 2>&1; true")
        #expect(try box("exec", "kept", "echo", "alive").text == "alive")
    }

    @Test func whatWasToStartAgainDoes() throws {
        let box = try start("--restart", "always", program: "sleep 0.3; exit 7")
        // Its program may have ended by now: the supervisor is who calls itself so, a moment after the command returned.
        var process: pid_t = 0
        try #require(
            Clock.wait {
                process = (try? box.shell("pgrep -xf 'minibox: kept'").text).flatMap { pid_t($0) } ?? 0
                return process > 0
            })
        let restarts = { (try? box("inspect", "-f", "{{.RestartCount}}", "kept").text).flatMap(Int.init) ?? 0 }
        #expect(Clock.wait(seconds: 10) { restarts() >= 3 })
        let former = restarts()
        // Between two runs, or in one: it goes on.
        kill(process, SIGKILL)
        #expect(Clock.wait(seconds: 20) { restarts() > former + 1 }, "\(former), now \(restarts())")
        #expect(try box("stop", "-t", "0", "kept").status == 0)
    }

    @Test func whoWaitsHearsOfTheNextSupervisor() throws {
        let (box, go) = try start(waitingFor: "await end; exit 6")
        let waiting = try box.start("wait", "kept")
        usleep(300_000)
        let process = try supervisor(of: "kept")
        kill(process, SIGKILL)
        // It has another, which the waiting command has made.
        #expect(isTakenOver(from: process, box, by: []))
        try go("end")
        #expect(waiting.wait(seconds: 10).text == "6")
    }

    @Test func withATerminalItHangsUp() throws {
        let box = try start("-t", program: "sleep 1000")
        kill(try supervisor(of: "kept"), SIGKILL)
        #expect(Clock.wait { (try? box("ps", "-a").output.contains("Exited (137)")) == true })
    }
}
