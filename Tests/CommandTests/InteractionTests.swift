// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Standard streams, terminals, signals and process 1.
@Suite(.commands, .box) struct InteractionTests {
    @Test func standardInputIsPassedOnWhereAsked() throws {
        let box = try box()
        #expect(try box("run", "--rm", "-i", "busybox", "cat", input: "one\ntwo\n").output == "one\ntwo\n")
        #expect(
            try box("run", "--rm", "-i", "busybox", "wc", "-c", input: String(repeating: "x", count: 1_000_000)).text
                == "1000000")
        #expect(try box("run", "--rm", "busybox", "cat", input: "not read").output == "")
        #expect(try box("run", "--rm", "busybox", "readlink", "/proc/self/fd/0").text == "/dev/null")
    }

    @Test func outputAndErrorsStayApart() throws {
        let inside = try box()("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; yes | head -c 300000")
        #expect(inside.output.hasPrefix("out\n") && inside.output.utf8.count == 300_004)
        #expect(inside.errors == "err\n")
    }

    @Test func inputGoesOnAfterOutputBegan() throws {
        let box = try box()
        let program = try box.start("run", "--rm", "-i", "busybox", "cat", hasInput: true)
        program.write(Array("first\n".utf8))
        #expect(program.waitForOutput("first"))
        program.write(Array("second\n".utf8))
        #expect(program.waitForOutput("second"))
        program.closeInput()
        #expect(program.wait().status == 0)
    }

    @Test func theTerminalIsTheContainersOwn() throws {
        let box = try box()
        let terminal = try Pseudoterminal(rows: 31, columns: 97)
        let program = try box.start(
            on: terminal, "run", "--rm", "-it", "busybox", "sh", "-c",
            "tty; stty size; test -c /dev/console && echo console; read line; echo got $line")
        #expect(terminal.waitFor("console"))
        #expect(terminal.shown.contains("/dev/pts/0") && terminal.shown.contains("31 97"))
        #expect(Clock.wait { terminal.isRaw })
        terminal.type("words\r")
        #expect(terminal.waitFor("got words"))
        #expect(program.wait().status == 0)
        #expect(!terminal.isRaw)
    }

    @Test func aNewSizeReachesTheContainer() throws {
        let box = try box()
        let terminal = try Pseudoterminal(rows: 24, columns: 80)
        let program = try box.start(
            on: terminal, "run", "--rm", "-it", "busybox", "sh", "-c",
            "trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.05; done")
        #expect(terminal.waitFor("ready"))
        terminal.resize(rows: 50, columns: 132)
        #expect(terminal.waitFor("50 132"), "\(terminal.shown)")
        #expect(program.wait().status == 3)
    }

    @Test func anInterruptIsTypedIntoTheContainer() throws {
        let box = try box()
        let terminal = try Pseudoterminal()
        let program = try box.start(
            on: terminal, "run", "--rm", "-it", "busybox", "sh", "-c",
            "trap 'echo interrupted; exit 9' INT; echo ready; while :; do sleep 0.05; done")
        #expect(terminal.waitFor("ready"))
        #expect(Clock.wait { terminal.isRaw })
        terminal.type("\u{3}")
        #expect(terminal.waitFor("interrupted"))
        #expect(program.wait().status == 9)
        #expect(!terminal.isRaw)
    }

    @Test func theTerminalIsRestoredWhenTheContainerCannotStart() throws {
        let box = try box()
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "run", "--rm", "-it", "busybox", "no-such-program")
        #expect(program.wait().status == 127)
        #expect(!terminal.isRaw)
        #expect(terminal.shown.contains("no-such-program"))
    }

    @Test func aTerminalForInputNeedsOne() throws {
        let refused = try box()("run", "--rm", "-it", "busybox", "true", input: "")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("TTY"))
        let output = try box()("run", "--rm", "-t", "busybox", "sh", "-c", "tty; echo one; echo two")
        #expect(output.output.contains("/dev/pts/0\r\none\r\ntwo\r\n"), "\(output)")
    }

    @Test func execHasATerminalToo() throws {
        let box = try box()
        try box.container("terminal")
        let terminal = try Pseudoterminal(rows: 20, columns: 70)
        let program = try box.start(on: terminal, "exec", "-it", "terminal", "sh", "-c", "tty; stty size; exit 5")
        #expect(program.wait().status == 5)
        #expect(terminal.shown.contains("/dev/pts/") && terminal.shown.contains("20 70"), "\(terminal.shown)")
        #expect(!terminal.isRaw)
    }

    @Test(arguments: [(SIGTERM, "TERM"), (SIGINT, "INT"), (SIGHUP, "HUP"), (SIGUSR1, "USR1"), (SIGQUIT, "QUIT")])
    func aSignalIsPassedOn(_ signal: Int32, _ name: String) throws {
        let box = try box()
        let program = try box.start("run", "--rm", "probe", "signals")
        #expect(program.waitForOutput("ready"))
        program.send(signal)
        #expect(program.waitForOutput(name))
        program.send(SIGTERM)
        #expect(program.wait().status == 40)
    }

    @Test func aProgramThatASignalEndedTellsSo() throws {
        let box = try box()
        #expect(try box("run", "--rm", "--init", "busybox", "sh", "-c", "kill -TERM $$").status == 143)
        #expect(try box("run", "--rm", "--init", "busybox", "sh", "-c", "kill -KILL $$").status == 137)
        let program = try box.start("run", "--rm", "--init", "busybox", "sh", "-c", "echo ready; exec sleep 30")
        #expect(program.waitForOutput("ready"))
        program.send(SIGTERM)
        #expect(program.wait().status == 143)
    }

    @Test func initIsProcessOneAndReaps() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--init", "busybox", "sh", "-c",
            "echo $$; (sh -c '(sleep 0.05; touch /over) & exit 0'); until [ -e /over ]; do sleep 0.02; done; "
                + "while grep -q '^State:.Z' /proc/[0-9]*/status; do sleep 0.1; done")
        // If it is never reaped, that never ends.
        #expect(inside.status == 0 && inside.lines.count == 1 && inside.lines[0] != "1", "\(inside)")
        #expect(try box("run", "--rm", "--init", "busybox", "sh", "-c", "exit 6").status == 6)
        #expect(try box("run", "--rm", "--init=false", "busybox", "sh", "-c", "echo $$").text == "1")
    }

    @Test func theContainerEndsWithTheCommandThatWatchesOverIt() throws {
        let box = try box()
        let program = try box.start("run", "--rm", "--name", "watched", "busybox", "sleep", "300")
        #expect(Clock.wait { ((try? box("ps", "-q"))?.lines.count ?? 0) == 1 })
        program.stop()
        #expect(Clock.wait { ((try? box("ps", "-q"))?.lines.count ?? 1) == 0 })
        #expect(Clock.wait { (try? !box("ps", "-a").output.contains("watched")) == true })
    }
}
