// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `network create` and `network rm` that are killed at each call by which they change something: the next command finishes the
/// work, no bridge is left of a network that is no more, and its name, its addresses and its bridge are free again.
@Suite(
    .commands, .box,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct RemovalKillTests {
    /// strace(1) counts each of them for itself.
    private static let changes = [
        "unlinkat", "renameat", "renameat2", "fsync", "pwrite64", "write", "sendto", "sendmsg",
    ]
    private static let flags = ["--subnet", "10.76.0.0/24", "-o", "bridge-name=mbstruck", "struck"]

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
        return try String(contentsOfFile: log, encoding: .utf8).contains("killed by SIGKILL")
    }

    @Test(.timeLimit(.minutes(10)), arguments: ["create", "rm"]) func nothingIsLeft(_ verb: String) throws {
        let box = try box()
        box.removeNetworksAtEnd()
        // The built-in one has its record from then on.
        try box("network", "ls")
        var kills = 0
        for call in Self.changes {
            for number in 1..<100 {
                let words = "\(verb), \(call) \(number)"
                var wasKilled = false
                if verb == "create" {
                    wasKilled = try strike(["network", "create"] + Self.flags, call, number)
                } else {
                    let made = try box.run(["network", "create"] + Self.flags)
                    try #require(made.status == 0, "\(words): \(made)")
                    let run = try box("run", "--rm", "--network", "struck", "busybox", "true")
                    #expect(run.status == 0, "\(words): \(run)")
                    wasKilled = try strike(["network", "rm", "struck"], call, number)
                }
                let removed = try box("network", "rm", "-f", "struck")
                #expect(removed.status == 0, "\(words): \(removed)")
                #expect(try box.shell("ip link show mbstruck").status != 0, "\(words)")
                // One that was never whole begins with a dot, and goes when the next is made.
                let records = try box.shell("ls \(box.root)/networks | grep -v '^lock$'").lines
                #expect(try records.count == box("network", "ls", "-q", "-f", "driver=bridge").lines.count, "\(words)")
                guard wasKilled else { break }
                kills += 1
                try #require(number < 99)
            }
        }
        // Fewer would mean that nothing was looked at.
        #expect(kills > 2)
    }
}
