// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A supervisor that is killed while its container ends: at each call by which it changes something. What is left the
/// next command finishes, and the box looks for what is left after that.
@Suite(
    .commands, .box, .wholeStore,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct SupervisorKillTests {
    /// strace(1) counts each of them for itself.
    private static let changes = ["unlinkat", "renameat", "renameat2", "fsync", "pwrite64", "rmdir", "umount2"]

    private func supervisor(of name: String) throws -> pid_t {
        // It has its name a moment after the command has returned.
        let text = try box().shell(
            "until pgrep -oxf 'minibox: \(name)'; do sleep 0.02; done", timeout: 60
        ).text
        return try #require(pid_t(text), "\(text)")
    }

    /// Ends a container while its supervisor is killed at its `number`th change of a kind.
    /// - Returns: whether it came to that.
    private func end(_ flags: [String], by words: [String], killingAt call: String, _ number: Int) throws -> Bool {
        let (outcome, wasKilled) = try strike(flags, by: words, call, number)
        #expect(outcome.status == 0, "\(words), \(call) \(number): \(outcome)")
        return wasKilled
    }

    /// Starts a container, and kills its supervisor at its `number`th call of a kind while a command is carried out.
    private func strike(
        _ flags: [String], by words: [String], _ call: String, _ number: Int
    ) throws -> (outcome: Outcome, wasKilled: Bool) {
        let box = try box()
        let started = try box.run(["run", "-d", "--name", "struck"] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        let process = try supervisor(of: "struck")
        let log = box.folder + "/strace"
        let tracer = try RunningProgram(
            [
                "/usr/bin/strace", "-p", "\(process)", "-o", log, "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=SIGKILL:when=\(number)",
            ], environment: box.environment)
        defer { tracer.stop() }
        // From here on its calls are counted.
        try #require(tracer.waitForErrors("attached", seconds: 60), "\(tracer.errorsSoFar)")
        let outcome = try box.run(words + ["struck"])
        if words.first == "network" {
            // It was killed, or has done all that it was asked, and waits for more.
            #expect(
                Clock.wait(seconds: 60) {
                    // Not the moments in which it is held before the call or behind it.
                    ProcessState.hasEnded(process)
                        || CallUnderWay(of: process) == .epollWait && ProcessState(of: process) == .sleeping
                }, "\(words), \(call) \(number)")
            if !ProcessState.hasEnded(process) { tracer.send(SIGTERM) }
        }
        // strace ends with it, and writes how it ended before.
        let traced = tracer.wait(seconds: 60)
        #expect(traced.status != -1, "\(words), \(call) \(number): \(outcome) \(traced)")
        let wasKilled = try String(contentsOfFile: log, encoding: .utf8).contains("killed by SIGKILL")
        return (outcome, wasKilled)
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
        .timeLimit(.minutes(30)),
        arguments: [
            ([], ["stop", "-t", "0"]), (["--rm"], ["stop", "-t", "0"]), ([], ["rm", "-f", "-v"]),
            (["--restart", "always", "-v", "/data"], ["kill"]),
            (["--network", "bridge", "-p", "18572:80", "-p", "18573:80/udp"], ["stop", "-t", "0"]),
        ] as [([String], [String])])
    func atAnyChangeOfItsEnd(_ flags: [String], _ words: [String]) throws {
        if flags.contains("bridge") { try box().removeNetworksAtEnd() }
        var kills = 0
        for call in Self.changes {
            for number in 1..<200 {
                let wasKilled = try end(flags, by: words, killingAt: call, number)
                try expectNothingLeft("\(flags) \(words), \(call) \(number)")
                guard wasKilled else { break }
                kills += 1
            }
        }
        // Fewer would mean that nothing was looked at.
        #expect(kills > 8)
    }

    /// Whoever takes the container over finishes what was begun, or takes it back: what is written down is what the kernel has.
    @Test(.timeLimit(.minutes(30)), arguments: [("connect", ["one"]), ("disconnect", ["one", "two"])])
    func whileItsNetworksChange(_ verb: String, _ networks: [String]) throws {
        let box = try box()
        box.removeNetworksAtEnd()
        for (name, subnet) in [("one", "10.73.1.0/24"), ("two", "10.73.2.0/24")] {
            try #require(try box("network", "create", "--subnet", subnet, name).status == 0)
        }
        let flags = networks.flatMap { ["--network", $0] } + ["-p", "18575:80"]
        var kills = 0
        var (calls, number) = ((Self.changes + ["sendto"])[...], 1)
        while let call = calls.first {
            let wasKilled = try strike(flags, by: ["network", verb, "two"], call, number).wasKilled
            let words = "\(verb), \(call) \(number)"
            #expect(try box("ps").status == 0, "\(words)")
            let shown = try box(
                "inspect", "-f", "{{.State.Running}}{{range .NetworkSettings.Networks}} {{.IPAddress}}{{end}}", "struck"
            )
            var fields = shown.text.split(separator: " ").map(String.init)
            try #require(!fields.isEmpty, "\(words): \(shown)")
            // An older kernel ends the container with its supervisor.
            if fields.removeFirst() == "true" {
                let inside = try box(
                    "exec", "struck", "sh", "-c", "ip -o -4 addr | grep -o 'eth[0-9] *inet [0-9.]*' | sed 's/.* //'")
                #expect(inside.lines.sorted() == fields.sorted(), "\(words): \(shown) \(inside)")
            }
            let removed = try box("rm", "-f", "-v", "struck")
            #expect(removed.status == 0, "\(words): \(removed)")
            try expectNothingLeft(words)
            if wasKilled {
                (kills, number) = (kills + 1, number + 1)
                try #require(number < 200)
            } else {
                (calls, number) = (calls.dropFirst(), 1)
            }
        }
        #expect(kills > 4)
    }
}
