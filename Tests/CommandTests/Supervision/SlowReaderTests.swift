// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Commands that watch a container and do not read on.
@Suite(.commands, .box, .wholeStore) struct SlowReaderTests {
    /// Starts a line of the shell in the background, which is ended with the test.
    private func start(_ line: String) throws -> RunningProgram {
        let box = try box()
        let program = try RunningProgram(
            ["/bin/bash", "-c", line], environment: box.environment.merging(["MINIBOX": TestMachine.program]) { $1 })
        box.atEnd { program.stop() }
        return program
    }

    @Test func aReaderOfTheLogHoldsNobodyUp() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "loud") }
        // It begins when the reader follows, and writes far more than the pipes between them hold.
        try box(
            "run", "-d", "--name", "loud", "busybox", "sh", "-c",
            "while [ ! -e /go ]; do sleep 0.05; done; yes 0123456789abcdef | head -c 3000000; exit 4")
        _ = try start("$MINIBOX logs -f loud | sleep 1000")
        usleep(300_000)
        try box("exec", "loud", "touch", "/go")
        #expect(try box("wait", "loud").text == "4")
        #expect(try box.shell("$MINIBOX logs loud | wc -c").text == "3000000")
        #expect(try box("rm", "loud").status == 0)
        _ = try box.shell("pkill -xf 'sleep 1000'")
    }

    @Test func aSignalReachesTheContainerOfACommandThatIsNotRead() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "loud") }
        let program = try start(
            "exec 3> >(exec sleep 1000); exec $MINIBOX run --name loud busybox sh -c 'trap \"exit 5\" TERM; yes & wait' >&3"
        )
        // Its shell has a handler by the time that it has a child.
        #expect(Clock.wait { (try? box("top", "loud").lines.count) == 3 })
        // Until nothing moves any more: the pipes are full.
        usleep(500_000)
        program.send(SIGTERM)
        #expect(Clock.wait(seconds: 5) { (try? box("inspect", "-f", "{{.State.ExitCode}}", "loud").text) == "5" })
        _ = try box.shell("pkill -xf 'sleep 1000'")
    }

    @Test func whatWillNotComeBackHasDiedOnce() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "again") }
        try box("run", "-d", "--name", "again", "--restart", "always", "busybox", "false")
        func count(_ action: String) throws -> Int {
            try box("events", "--since", "1", "--until", "0s", "--filter", "event=\(action)").lines.count
        }
        // The sixth wait is 3.2 seconds long, and each that follows longer: it is stopped in the beginning of one.
        func state() -> [Substring] {
            ((try? box("inspect", "-f", "{{.RestartCount}} {{.State.Status}}", "again").text) ?? "").split(
                separator: " ")
        }
        var former = ""
        #expect(
            Clock.wait(seconds: 60) {
                let state = state()
                guard let restarts = state.first, let count = Int(restarts) else { return false }
                defer { former = String(restarts) }
                return count >= 6 && state.last == "restarting" && former != restarts
            })
        #expect(try box("stop", "again").status == 0)
        #expect(try count("die") >= 6)
        // Whether it was waiting or ran when it was stopped: each start died once, and the end of the waiting is no death.
        #expect(try count("die") == count("start"))
        #expect(try count("stop") == 1)
    }
}
