// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `network connect` and `network disconnect` that are killed: at each call by which they change something or tell the supervisor.
/// What the container is on then is what is written down, the same command finishes the work, and nothing is left in the end.
@Suite(
    .commands, .box,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct ConnectKillTests {
    /// strace(1) counts each of them for itself.
    private static let changes = [
        "unlinkat", "renameat", "renameat2", "fsync", "pwrite64", "write", "connect", "sendmsg", "sendto", "recvmsg",
    ]

    /// Carries the command out, which is killed at its `number`th call of a kind.
    /// - Returns: whether it came to that.
    private func strike(_ words: [String], _ call: String, _ number: Int) throws -> Bool {
        let box = try box()
        let log = box.folder + "/strace"
        let tracer = try RunningProgram(
            [
                "/usr/bin/strace", "-f", "-qq", "-o", log, "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=SIGKILL:when=\(number)", TestMachine.program,
            ] + words, environment: box.environment)
        box.atEnd { tracer.stop() }
        let outcome = tracer.wait(seconds: 60)
        #expect(outcome.status != -1, "\(words), \(call) \(number): \(outcome)")
        let wasKilled = try String(contentsOfFile: log, encoding: .utf8).contains("killed by SIGKILL")
        #expect(wasKilled || outcome.status == 0, "\(words), \(call) \(number): \(outcome)")
        return wasKilled
    }

    /// The addresses that are written down, and those that the container has, where it runs.
    private func addresses(_ box: Box, isRunning: Bool) throws -> (told: [String], own: [String]) {
        let told = try box(
            "inspect", "-f", "{{range .NetworkSettings.Networks}}{{println .IPAddress}}{{end}}", "struck"
        ).lines.filter { !$0.isEmpty }.sorted()
        guard isRunning else { return (told, told) }
        let script = "ip -o -4 addr | grep -o 'eth[0-9] *inet [0-9.]*' | sed 's/.* //'"
        return (told, try box("exec", "struck", "sh", "-c", script).lines.sorted())
    }

    @Test(
        .timeLimit(.minutes(30)),
        arguments: [
            ("connect", ["one"], true), ("disconnect", ["one", "two"], true), ("connect", ["one"], false),
            ("disconnect", ["one", "two"], false),
        ])
    func whatIsBegunIsFinishedOrTakenBack(_ verb: String, _ networks: [String], _ isRunning: Bool) throws {
        let box = try box()
        box.removeNetworksAtEnd()
        for (name, subnet) in [("one", "10.74.1.0/24"), ("two", "10.74.2.0/24")] {
            try #require(try box("network", "create", "--subnet", subnet, name).status == 0)
        }
        var kills = 0
        var (calls, number) = (Self.changes[...], 1)
        while let call = calls.first {
            let words = "\(verb), \(call) \(number)"
            let made = try box.run(
                (isRunning ? ["run", "-d"] : ["create"]) + ["--name", "struck"]
                    + networks.flatMap { ["--network", $0] }
                    + ["busybox", "sleep", "1000"])
            try #require(made.status == 0, "\(words): \(made)")
            let wasKilled = try strike(["network", verb, "two", "struck"], call, number)
            // The supervisor may be about what it was asked.
            var (told, own): ([String], [String]) = ([], [])
            let agrees = try Clock.wait(seconds: 60) {
                (told, own) = try addresses(box, isRunning: isRunning)
                return told == own
            }
            #expect(agrees, "\(words): \(told) \(own)")
            let again = try box("network", verb, "two", "struck")
            #expect(
                again.status == 0 || again.errors.contains(verb == "connect" ? "already" : "is not on"),
                "\(words): \(again)")
            // Which the first command may have asked for, and the supervisor be about.
            let wanted = verb == "connect" ? ["10.74.1", "10.74.2"] : ["10.74.1"]
            if !isRunning { try box("start", "struck") }
            let isDone = try Clock.wait(seconds: 60) {
                (told, own) = try addresses(box, isRunning: true)
                return told == own && own.map { $0.split(separator: ".").dropLast().joined(separator: ".") } == wanted
            }
            #expect(isDone, "\(words): \(told) \(own)")
            let removed = try box("rm", "-f", "-v", "struck")
            #expect(removed.status == 0, "\(words): \(removed)")
            for folder in ["ids", "containers", "ports", "networks/walls"] {
                let left = try box.shell("ls -A \(box.runRoot)/\(folder) | grep -v '^.gate$\\|^.holders$'").text
                #expect(left.isEmpty, "\(words): \(folder) has \(left)")
            }
            let taken = try box.shell("ls \(box.runRoot)/networks/*/addresses | grep '^10'").text
            #expect(taken.isEmpty, "\(words): \(taken)")
            if wasKilled {
                (kills, number) = (kills + 1, number + 1)
                try #require(number < 200)
            } else {
                (calls, number) = (calls.dropFirst(), 1)
            }
        }
        // Fewer would mean that nothing was looked at.
        #expect(kills > 2)
    }
}
