// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The keys that leave a program of `exec` running.
@Suite(.commands, .box) struct DetachKeysTests {
    /// The exit codes of programs of `exec`, and whether they were left, as the events tell.
    private func events(_ box: Box) throws -> [String] {
        try box(
            "events", "--since", "0", "--until", "0s", "--format", "{{.Action}} {{.Actor.Attributes.exitCode}}"
        ).lines.filter { $0.hasPrefix("exec_detach") || $0.hasPrefix("exec_die") }
            .map { String($0.prefix { $0 != "<" }).trimmingCharacters(in: .whitespaces) }
    }

    @Test func theyLeaveItRunning() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let program = try box.start(
            on: terminal, "exec", "-it", "host", "sh", "-c",
            "echo ready; while [ ! -e /go ]; do sleep 0.05; done; yes | head -c 3000000; tty >/done; exit 7")
        #expect(terminal.waitFor("ready"))
        terminal.type("\u{10}\u{11}")
        let outcome = program.wait()
        #expect(outcome.status == 0, "\(outcome)")
        #expect(!terminal.isRaw)
        #expect(try events(box) == ["exec_detach"])
        // Nobody reads its output any more, and it does not have to wait for that.
        #expect(try box("exec", "host", "touch", "/go").status == 0)
        #expect(
            Clock.wait(seconds: 10) { (try? box("exec", "host", "cat", "/done").text)?.hasPrefix("/dev/pts/") == true })
        #expect(Clock.wait(seconds: 10) { (try? events(box).contains("exec_die 7")) == true })
        #expect(!terminal.shown.contains("y\r\ny"))
    }

    @Test func othersMayBeChosen() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "exec", "-it", "--detach-keys", "ctrl-x,q", "host", "sh")
        #expect(terminal.waitFor("#"))
        terminal.type("\u{10}\u{11}echo in-$((20+22))\r")
        #expect(terminal.waitFor("in-42"))
        terminal.type("\u{18}q")
        #expect(program.wait().status == 0)
        #expect(try box("top", "host").lines.filter { $0.hasSuffix(" sh") }.count == 1)
        let refused = try box("exec", "--detach-keys", "ctrl-", "host", "true")
        #expect(refused.status == 125 && refused.errors.contains("is no sequence of keys"), "\(refused)")
        // Without a terminal there are no keys.
        #expect(try box("exec", "-i", "--detach-keys", "a", "host", "cat", input: "banana").output == "banana")
    }

    @Test func theProgramGoesWithTheCommandThatIsKilled() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "exec", "-it", "host", "sleep", "1000")
        #expect(Clock.wait { (try? box("top", "host").output.contains("sleep 1000")) == true })
        program.send(9)
        _ = program.wait()
        #expect(Clock.wait { (try? box("top", "host").output.contains("sleep 1000")) == false })
    }

    @Test func aFollowerThatIsKilledIsToldOf() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "exec", "-it", "host", "sh", "-c", "echo ready; sleep 1000")
        #expect(terminal.waitFor("ready"))
        // Whoever sees what it shows can type every key.
        #expect(terminal.isRaw)
        #expect(try box.shell("kill -9 $(pgrep -P \(program.process))").status == 0)
        #expect(program.wait().status == 125)
        #expect(!terminal.isRaw)
        #expect(terminal.shown.contains("was killed"), "\(terminal.shown)")
    }

    @Test func aSignalComesOnce() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let script =
            "n=0; trap 'n=$((n+1)); echo got-$n' USR1; trap 'exit 9' TERM; echo ready; while :; do sleep 0.05; done"
        let program = try box.start(on: terminal, "exec", "-it", "host", "sh", "-c", script)
        #expect(terminal.waitFor("ready"))
        // To all that the terminal's owner began, as a shell sends it.
        #expect(try box.shell("kill -USR1 -- \(program.process) $(pgrep -P \(program.process))").status == 0)
        #expect(terminal.waitFor("got-1"))
        usleep(300_000)
        #expect(!terminal.shown.contains("got-2"))
        terminal.resize(rows: 50, columns: 132)
        program.send(15)
        #expect(program.wait().status == 9)
    }

    @Test func aNewSizeReachesTheProgram() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal(rows: 24, columns: 80)
        let program = try box.start(
            on: terminal, "exec", "-it", "host", "sh", "-c",
            "trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.05; done")
        #expect(terminal.waitFor("ready"))
        terminal.resize(rows: 50, columns: 132)
        #expect(terminal.waitFor("50 132"), "\(terminal.shown)")
        #expect(program.wait().status == 3)
    }

    @Test func aProgramThatCannotStartLeavesTheTerminalAlone() throws {
        let box = try box()
        try box.container("host")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "exec", "-it", "host", "no-such-program")
        #expect(program.wait().status == 127)
        #expect(!terminal.isRaw && terminal.shown.contains("no-such-program"))
    }
}
