// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Terminals: over a console socket for those who detach, copied for those who do not.
@Suite(.runtimes, .runtime) struct TerminalTests {
    private func terminalBundle(_ script: String, _ change: (inout Document) -> Void = { _ in }) throws -> Bundle {
        try runtime().bundle(script: script) {
            $0.process.terminal = true
            change(&$0)
        }
    }

    @Test func createSendsTheTerminalToTheSocket() throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/console")
        let bundle = try terminalBundle(
            "tty; stty size; test -c /dev/console && echo all said; read line; echo got $line"
        ) {
            $0.process.consoleSize = ["height": 31, "width": 97]
        }
        let container = try runtime.create(bundle, flags: ["--console-socket", socket.path])
        let terminal = try socket.terminal()
        try container.start()
        #expect(terminal.waitFor("all said"), "\(terminal.shown)")
        #expect(terminal.shown.contains("/dev/pts/0") || terminal.shown.contains("/dev/console"), "\(terminal.shown)")
        #expect(terminal.shown.contains("31 97"), "\(terminal.shown)")
        terminal.type("words\n")
        #expect(terminal.waitFor("got words"))
        #expect(container.output == "" && container.maker.errorsSoFar == "")
    }

    @Test func itIsTheControllingTerminal() throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/console")
        let bundle = try terminalBundle(
            "trap 'echo interrupted' INT; echo ready >/dev/tty; while :; do sleep 0.05; done")
        let container = try runtime.create(bundle, flags: ["--console-socket", socket.path])
        let terminal = try socket.terminal()
        try container.start()
        #expect(terminal.waitFor("ready"))
        terminal.type("\u{3}")
        #expect(terminal.waitFor("interrupted"))
    }

    @Test func itsNameIsSaidBesideIt() throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/console")
        let container = try runtime.create(try terminalBundle("true"), flags: ["--console-socket", socket.path])
        let (descriptor, name) = try socket.receive()
        defer { close(descriptor) }
        #expect(name.contains("pt"), "\(name)")
        #expect(container.status == "created")
    }

    @Test func detachingNeedsASocket() throws {
        let refused = try runtime()("create", "--bundle", try terminalBundle("true").path, "none")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("cannot allocate tty if"), "\(refused)")
        #expect(refused.errors.contains("will detach without setting console socket"), "\(refused)")
    }

    @Test func aSocketNeedsATerminal() throws {
        let runtime = try runtime()
        let socket = try DescriptorSocket(runtime.folder + "/console")
        let bundle = try runtime.bundle()
        let refused = try runtime("run", "--console-socket", socket.path, "--bundle", bundle.path, "none")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("cannot use console socket if"), "\(refused)")
        #expect(refused.errors.contains("will not detach or allocate tty"), "\(refused)")
    }

    @Test func aSocketThatNobodyListensOnIsAnError() throws {
        let runtime = try runtime()
        let refused = try runtime(
            "create", "--bundle", try terminalBundle("true").path, "--console-socket", runtime.folder + "/nobody",
            "none")
        #expect(refused.status == 1 && refused.errors.contains("no such file or directory"), "\(refused)")
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func runCopiesItToTheCallersTerminal() throws {
        let runtime = try runtime()
        let bundle = try terminalBundle("tty; \(Self.size); read line; echo got $line; exit 7")
        let terminal = try Pseudoterminal(rows: 33, columns: 99)
        let program = try runtime.start(["run", "--bundle", bundle.path, "shown"], terminal: terminal.name)
        #expect(terminal.waitFor("33 99"), "\(terminal.shown)")
        #expect(terminal.isRaw)
        terminal.type("words\r")
        #expect(terminal.waitFor("got words"))
        #expect(program.wait().status == 7)
        #expect(!terminal.isRaw)
    }

    /// Prints the terminal's size, which others than minibox-runtime give it when the program may run already.
    private static let size =
        (Runtime.isMinibox ? "" : "until stty size 2>/dev/null | grep -q .; do sleep 0.05; done; ") + "stty size"

    @Test func aNewSizeReachesTheContainer() throws {
        let runtime = try runtime()
        let bundle = try terminalBundle("trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.05; done")
        let terminal = try Pseudoterminal(rows: 24, columns: 80)
        let program = try runtime.start(["run", "--bundle", bundle.path, "sized"], terminal: terminal.name)
        #expect(terminal.waitFor("ready"))
        terminal.resize(rows: 50, columns: 132)
        #expect(terminal.waitFor("50 132"), "\(terminal.shown)")
        #expect(program.wait().status == 3)
    }

    @Test func theTerminalIsRestoredWhereTheContainerCannotStart() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle {
            $0.process.terminal = true
            $0.process.args = ["no-such-program"]
        }
        let terminal = try Pseudoterminal()
        let program = try runtime.start(["run", "--bundle", bundle.path, "none"], terminal: terminal.name)
        #expect(program.wait().status == 1)
        #expect(!terminal.isRaw)
        #expect(terminal.waitFor("executable file not found"), "\(terminal.shown)")
    }

    @Test func execHasATerminalOfItsOwn() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let terminal = try Pseudoterminal(rows: 20, columns: 70)
        let program = try runtime.start(
            ["exec", "--tty", container.id, "sh", "-c", "tty; \(Self.size); exit 5"], terminal: terminal.name)
        #expect(program.wait().status == 5)
        #expect(terminal.waitFor("20 70") && terminal.shown.contains("/dev/pts/"), "\(terminal.shown)")
        #expect(!terminal.isRaw)
    }

    @Test func execSendsItsTerminalToTheSocket() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let socket = try DescriptorSocket(runtime.folder + "/console")
        var process = Bundle.plain.process
        process.terminal = true
        process.args = ["sh", "-c", "tty; read line; echo got $line; exit 6"]
        let file = try runtime.file("process.json", process.text)
        let pidFile = runtime.folder + "/pid"
        let program = try runtime.start([
            "exec", "--process", file, "--console-socket", socket.path, "--detach", "--pid-file", pidFile, container.id,
        ])
        let terminal = try socket.terminal()
        #expect(program.wait(sharesStreams: true) == Outcome(status: 0, output: "", errors: ""))
        #expect(terminal.waitFor("/dev/pts/"))
        terminal.type("words\n")
        #expect(terminal.waitFor("got words"))
        #expect(container.exitCode(of: try #require(runtime.contents(pidFile).flatMap { pid_t($0) })) == 6)
    }

    @Test func execWithATerminalNeedsASocketToDetach() throws {
        let runtime = try runtime()
        let container = try runtime.running()
        let refused = try runtime("exec", "--tty", "--detach", container.id, "true")
        #expect(
            refused.status == 255 && refused.errors.contains("will detach without setting console socket"), "\(refused)"
        )
    }
}
