// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The disk writes layers while they are made.
@Suite(
    .commands, .emptyBox,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct WriteAheadTests {
    /// Loads an image, of which each layer's worker is held at its first change of a time for as long as it is traced.
    private func load(_ box: Box) throws -> (command: RunningProgram, log: String) {
        let archive = "\(box.folder)/saved.tar"
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        let saved = try box("save", "-o", archive, "busybox")
        try #require(saved.status == 0, "\(saved)")
        try #require(try box("rmi", "-f", "busybox").status == 0)
        let log = "\(box.folder)/strace"
        let command = try RunningProgram(
            [
                "/usr/bin/strace", "-D", "-f", "-qq", "-o", log, "-e", "trace=syncfs,utimensat", "-e",
                "inject=utimensat:delay_enter=600000000:when=1", TestMachine.program, "load", "-i", archive,
            ], environment: box.environment)
        box.atEnd { command.stop() }
        return (command, log)
    }

    /// The processes of the calls so far.
    private func callsOf(_ name: String, in log: String) -> [String] {
        ((try? String(contentsOfFile: log, encoding: .utf8)) ?? "").split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            return parts.count > 1 && parts[1].hasPrefix("\(name)(") ? String(parts[0]) : nil
        }
    }

    @Test func whileALayerIsMade() throws {
        let box = try box()
        let (command, log) = try load(box)
        #expect(Clock.wait(seconds: 60) { callsOf("syncfs", in: log).count > 1 })
        let helpers = Set(callsOf("syncfs", in: log))
        #expect(helpers.count == 1 && !helpers.contains("\(command.process)"), "\(helpers)")
        // When its tracer is gone it goes on.
        kill(try #require(ProcessState.tracer(of: command.process)), SIGKILL)
        let loaded = command.wait()
        #expect(loaded.status == 0, "\(loaded)")
        #expect(try box("run", "--rm", "busybox", "echo", "there").text == "there")
        for helper in helpers.compactMap({ pid_t($0) }) { #expect(kill(helper, 0) != 0) }
    }

    @Test func itEndsWithTheCommand() throws {
        let box = try box()
        let (command, log) = try load(box)
        #expect(Clock.wait(seconds: 60) { !callsOf("syncfs", in: log).isEmpty })
        let helper = try #require(callsOf("syncfs", in: log).first.flatMap { pid_t($0) })
        #expect(kill(helper, 0) == 0)
        let tracer = try #require(ProcessState.tracer(of: helper))
        command.stop()
        kill(tracer, SIGKILL)
        #expect(Clock.wait { kill(helper, 0) != 0 })
        #expect(try box("images", "-q").output.isEmpty)
    }
}
