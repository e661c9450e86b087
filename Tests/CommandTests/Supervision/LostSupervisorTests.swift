// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A supervisor that is killed just between a command's look at what was killed and its question to the supervisor.
@Suite(
    .commands, .box, .wholeStore,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct LostSupervisorTests {
    /// The processes that call themselves the container's supervisor.
    private func supervisors() -> [pid_t] {
        ((try? box().shell("pgrep -xf 'minibox: kept'").lines) ?? []).compactMap { pid_t($0) }
    }

    /// Starts a container, and a command that is held at its first question to the supervisor until that one is killed.
    private func ask(_ words: [String]) throws -> (asking: RunningProgram, killed: pid_t, program: pid_t) {
        let box = try box()
        let script = "trap 'exit 4' TERM; echo ready; while :; do sleep 0.05; done"
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        try #require(try box.run(["run", "-d", "--name", "kept", "busybox", "sh", "-c", script]).status == 0)
        try #require(Clock.wait { (try? box("logs", "kept").text) == "ready" })
        let program = try #require(pid_t(try box("inspect", "-f", "{{.State.Pid}}", "kept").text))
        try #require(Clock.wait { supervisors().count == 1 })
        let killed = try #require(supervisors().first)
        let asking = try TracedProgram([TestMachine.program] + words + ["kept"], holdingAt: .connect, of: box)
        try #require(asking.isHeld(), "\(asking.program.stop())")
        kill(killed, SIGKILL)
        // With all that it had open: the question comes to nobody.
        try #require(Clock.wait(seconds: 60) { ProcessState.hasEnded(killed) })
        #expect(asking.letGo())
        return (asking.program, killed, program)
    }

    @Test func whoWaitsGivesItAnother() throws {
        let (asking, killed, program) = try ask(["wait"])
        // It is gone at its end, not at its signal.
        #expect(Clock.wait(seconds: 10) { supervisors().contains { $0 != killed } })
        kill(program, SIGTERM)
        let outcome = asking.wait(seconds: 10)
        #expect(outcome.text == "4", "\(outcome)")
        #expect(try box()("inspect", "-f", "{{.State.ExitCode}}", "kept").text == "4")
    }

    @Test(arguments: [["stop"], ["kill", "-s", "TERM"]]) func aSignalGoesThroughTheNext(_ words: [String]) throws {
        let outcome = try ask(words).asking.wait(seconds: 20)
        #expect(outcome.status == 0, "\(outcome)")
        let waited = try box()("wait", "kept")
        #expect(waited.text == "4", "\(waited)")
    }

    @Test func itsLimitsAreChangedByTheNext() throws {
        let outcome = try ask(["update", "--restart", "on-failure:2"]).asking.wait(seconds: 20)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try box()("inspect", "-f", "{{.HostConfig.RestartPolicy.Name}}", "kept").text == "on-failure")
        #expect(try box()("stop", "kept").status == 0)
    }

    @Test func itIsRemoved() throws {
        let (asking, _, program) = try ask(["rm", "-f"])
        let outcome = asking.wait(seconds: 20)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(Clock.wait { kill(program, 0) != 0 })
        #expect(try box()("ps", "-aq").text.isEmpty)
    }

    /// It has passed the signal on and is killed, and the program ends of it: who starts it again is the command.
    @Test func whatEndsOverARestartIsStartedAgain() throws {
        let box = try box()
        let folder = try box.directory("told")
        let script =
            "trap 'touch /told/asked; until [ -e /told/end ]; do sleep 0.02; done; exit 4' TERM; echo ready; "
            + "while :; do sleep 0.05; done"
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        try #require(
            try box.run(
                [
                    "run", "-d", "--name", "kept", "-v", folder + ":/told", "--userns", "host", "busybox", "sh", "-c",
                    script,
                ])
                .status == 0)
        try #require(Clock.wait { (try? box("logs", "kept").text) == "ready" })
        let program = try #require(pid_t(try box("inspect", "-f", "{{.State.Pid}}", "kept").text))
        try #require(Clock.wait { supervisors().count == 1 })
        let killed = try #require(supervisors().first)
        let asking = try box.start("restart", "-t", "600", "kept")
        try #require(Clock.wait(seconds: 20) { FileManager.default.fileExists(atPath: folder + "/asked") })
        asking.send(SIGSTOP)
        kill(killed, SIGKILL)
        try #require(Clock.wait(seconds: 60) { ProcessState.hasEnded(killed) })
        try "".write(toFile: folder + "/end", atomically: false, encoding: .utf8)
        try #require(Clock.wait(seconds: 60) { ProcessState.hasEnded(program) })
        asking.send(SIGCONT)
        let outcome = asking.wait(seconds: 60)
        #expect(outcome.status == 0 && outcome.text == "kept", "\(outcome)")
        #expect(try box("inspect", "-f", "{{.State.Running}}", "kept").text == "true")
        #expect(try box("inspect", "-f", "{{.State.Pid}}", "kept").text != "\(program)")
    }

    @Test func itIsStartedAgain() throws {
        let (asking, _, program) = try ask(["restart"])
        let outcome = asking.wait(seconds: 20)
        #expect(outcome.status == 0, "\(outcome)")
        #expect(Clock.wait { (try? box()("inspect", "-f", "{{.State.Running}}", "kept").text) == "true" })
        #expect(try box()("inspect", "-f", "{{.State.Pid}}", "kept").text != "\(program)")
    }
}
