// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A supervisor that is killed while its container ends: at each call by which it changes something. What is left the
/// next command finishes, and the box looks for what is left after that.
@Suite(
    .commands, .box,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct SupervisorKillTests {
    private static let changes = "unlinkat,renameat,renameat2,fsync,pwrite64,rmdir,umount2"

    private func supervisor(of name: String) throws -> pid_t {
        // It has its name a moment after the command has returned.
        let text = try box().shell(
            "for i in $(seq 100); do pgrep -xf 'minibox: \(name)' && break; sleep 0.02; done"
        ).text
        return try #require(pid_t(text), "\(text)")
    }

    /// Ends a container while its supervisor is killed at its `number`th change.
    /// - Returns: whether it came to that.
    private func end(_ flags: [String], by words: [String], killingAt number: Int) throws -> Bool {
        let box = try box()
        let started = try box.run(["run", "-d", "--name", "struck"] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        let process = try supervisor(of: "struck")
        let log = box.folder + "/strace"
        let tracer = try RunningProgram(
            [
                "/usr/bin/strace", "-p", "\(process)", "-o", log, "-e", "trace=\(Self.changes)", "-e",
                "inject=\(Self.changes):signal=SIGKILL:when=\(number)",
            ], environment: box.environment)
        defer { tracer.stop() }
        try #require(
            Clock.wait {
                (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8))?.contains("TracerPid:\t0")
                    == false
            })
        let outcome = try box.run(words + ["struck"])
        _ = Clock.wait { kill(process, 0) != 0 }
        _ = tracer.wait(seconds: 10)
        let wasKilled = try String(contentsOfFile: log, encoding: .utf8).contains("killed by SIGKILL")
        #expect(outcome.status == 0, "\(words), change \(number): \(outcome)")
        return wasKilled
    }

    private func expectNothingLeft(_ words: String) throws {
        let box = try box()
        let outcome = try box("ps", "-a")
        #expect(outcome.status == 0 && !outcome.output.contains("Up "), "\(words): \(outcome)")
        if outcome.lines.count > 1 {
            let removed = try box("rm", "-v", "struck")
            #expect(removed.status == 0, "\(words): \(removed)")
        }
        for folder in [
            "\(box.runRoot)/ids", "\(box.runRoot)/containers", "\(box.root)/containers", "\(box.root)/names",
            "\(box.runRoot)/ports", "\(box.runRoot)/networks/walls",
        ] {
            let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
                $0 != ".gate" && $0 != ".holders"
            }
            #expect(names.isEmpty, "\(words): \(folder) has \(names)")
        }
        let left = try box.leftOfNetworks("1857[0-9]")
        #expect(left.isEmpty, "\(words): \(left)")
    }

    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            ([], ["stop", "-t", "0"]), (["--rm"], ["stop", "-t", "0"]), ([], ["rm", "-f", "-v"]),
            (["--restart", "always", "-v", "/data"], ["kill"]),
            (["--network", "bridge", "-p", "18572:80", "-p", "18573:80/udp"], ["stop", "-t", "0"]),
        ] as [([String], [String])])
    func atAnyChangeOfItsEnd(_ flags: [String], _ words: [String]) throws {
        if flags.contains("bridge") { try box().removeNetworksAtEnd() }
        var number = 1
        while try end(flags, by: words, killingAt: number) {
            try expectNothingLeft("\(flags) \(words), change \(number)")
            number += 1
            try #require(number < 200)
        }
        try expectNothingLeft("\(flags) \(words), not killed")
        // Fewer would mean that nothing was looked at.
        #expect(number > 8)
    }
}
