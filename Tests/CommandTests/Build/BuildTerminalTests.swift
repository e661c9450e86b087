// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The live view, on a terminal of the test's own.
@Suite(.commands, .emptyBox) struct BuildTerminalTests {
    @Test func stepsLiveWhileTheyRun() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo seen; sleep 4321; echo $((6 * 7))\n")
        let terminal = try Pseudoterminal(rows: 24, columns: 60)
        let program = try box.start(on: terminal, "build", "-t", "app", context)
        #expect(terminal.waitFor(" => => # seen"))
        #expect(
            Clock.wait(seconds: 10) { terminal.shown.contains(/\[\+\] Building [1-9][0-9]*\./) },
            "\(terminal.shown.debugDescription)")
        let before = terminal.shown
        terminal.resize(rows: 24, columns: 40)
        try box.endSleep()
        #expect(program.wait().status == 0)
        #expect(terminal.waitFor("FINISHED"))
        let shown = terminal.shown
        #expect(shown.contains("(1/1) FINISHED"), "\(shown.debugDescription)")
        let lines = shown.dropFirst(before.count).split(whereSeparator: \.isNewline).map { line in
            line.replacing(/\u{1B}\[[0-9;?]*[a-zA-Z]/, with: "")
        }
        #expect(lines.allSatisfy { $0.count <= 60 }, "\(lines)")
        #expect(shown.hasSuffix("\r\n") || shown.hasSuffix("\u{1B}[?2026l\r\n"))
    }

    @Test func plainIsForThoseWhoAskAndForDumbTerminals() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo seen\n")
        for words in [["--progress", "plain"], []] {
            let terminal = try Pseudoterminal()
            let program = try RunningProgram(
                [TestMachine.program, "build", "--no-cache"] + words + [context],
                environment: box.environment.merging(["TERM": words.isEmpty ? "dumb" : "xterm"]) { $1 },
                terminal: terminal.name)
            #expect(program.wait().status == 0)
            #expect(terminal.waitFor("#1 DONE"))
            #expect(!terminal.shown.contains("\u{1B}["), "\(terminal.shown.debugDescription)")
        }
    }

    @Test func colorsAreLeftOutWhereTheyAreNotWanted() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN printf '\\033[31mred\\033[m\\n'; sleep 0.3\n")
        let terminal = try Pseudoterminal()
        let program = try RunningProgram(
            [TestMachine.program, "build", context],
            environment: box.environment.merging(["TERM": "xterm", "NO_COLOR": "1"]) { $1 }, terminal: terminal.name)
        #expect(program.wait().status == 0)
        #expect(terminal.waitFor("FINISHED"))
        #expect(terminal.shown.contains("red") && !terminal.shown.contains("m\u{1B}[K"))
        #expect(!terminal.shown.contains("\u{1B}[31m") && !terminal.shown.contains("\u{1B}[34m"))
    }

    @Test func aShellOpensWhereAStepFailed() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nWORKDIR /here\nENV NAME=value\nRUN touch made; echo why; exit 5\n")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "build", "--debug", context)
        #expect(terminal.waitFor("exit it to end the build"), "\(terminal.shown)")
        #expect(terminal.shown.contains("why\r\n------"))
        terminal.type("pwd; ls; echo $NAME-$((40 + 2))\r")
        #expect(terminal.waitFor("value-42"), "\(terminal.shown)")
        #expect(terminal.shown.contains("/here\r\n") && terminal.shown.contains("made"))
        terminal.type("exit\r")
        #expect(program.wait().status == 1)
        #expect(terminal.waitFor("exit code 5"))
    }

    @Test func controlCInterrupts() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo seen; sleep 100\n")
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "build", context)
        #expect(terminal.waitFor("# seen"))
        terminal.type("\u{3}")
        #expect(program.wait().status == 130)
        #expect(terminal.waitFor("the build was interrupted"), "\(terminal.shown)")
        #expect(terminal.shown.contains("CANCELED"))
    }
}
