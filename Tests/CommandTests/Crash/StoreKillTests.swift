// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A command that changes the store and is killed before each of the calls by which it does, one after the other: the next
/// command leaves the store as it was, or as it would have become.
@Suite(
    .commands, .emptyBox, .wholeStore,
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace"), "needs strace: run scripts/setup"))
struct StoreKillTests {
    /// strace(1) counts each of them for itself.
    private static let calls = ["renameat", "renameat2", "fsync", "syncfs", "unlinkat", "mkdirat"]

    /// A command, what makes the store ready for it, and what makes it that again afterwards.
    struct Change: CustomTestStringConvertible, Sendable {
        let words: [String]
        var prepared: [[String]] = []
        var undone: [[String]] = []
        var testDescription: String { words.joined(separator: " ") }
    }

    private static let load = ["load", "-q", "-i", "ARCHIVE"]
    static let all = [
        Change(words: load, undone: [["rmi", "hostile:1"]]),
        Change(words: ["import", "PLAIN", "plain:1"], undone: [["rmi", "plain:1"]]),
        Change(words: ["rmi", "hostile:1"], prepared: [load]),
        Change(words: ["image", "prune", "-af"], prepared: [load, ["import", "PLAIN", "plain:1"]]),
    ]

    /// Kills `words` before the `number`th of its calls of a kind; false where it has fewer.
    private func strike(_ words: [String], at call: String, _ number: Int) throws -> Bool {
        let box = try box()
        let log = box.folder + "/strace"
        let program = try RunningProgram(
            [
                "/usr/bin/strace", "-qq", "-o", log, "-e", "trace=\(call)", "-e",
                "inject=\(call):signal=SIGKILL:when=\(number)", TestMachine.program,
            ] + words, environment: box.environment)
        box.atEnd { program.stop() }
        let outcome = program.wait(seconds: 60)
        let wasKilled = outcome.status == 137
        #expect(wasKilled || outcome.status == 0, "\(words), \(call) \(number): \(outcome)")
        return wasKilled
    }

    @Test(.timeLimit(.minutes(60)), arguments: all) func atEachOfItsChanges(_ change: Change) throws {
        let box = try box()
        let archive = try HostileArchive.make(
            box,
            #"""
            layers = []
            for number in range(2):
                plain = b''.join(entry(f'd{number}/f{i}', data=bytes([i]) * i * 100) for i in range(3)) + end
                layers.append((plain, gzip.compress(plain, 1) if number else plain))
            """#)
        let plain = try box.directory("plain")
        try box.shell("cd \(plain) && echo one > one && tar -cf ../plain.tar one")
        func filled(_ words: [String]) -> [String] {
            words.map { $0 == "ARCHIVE" ? archive : $0 == "PLAIN" ? plain + ".tar" : $0 }
        }
        func run(_ all: [[String]]) throws {
            for words in all { try #require(box.run(filled(words), timeout: 60).status == 0, "\(words)") }
        }
        let words = filled(change.words)
        try run(change.prepared + [change.words])
        let after = try store()
        try run(change.undone + change.prepared)
        let before = try store()
        try #require(before != after)
        var kills = 0
        for call in Self.calls {
            for number in 1..<300 {
                guard try strike(words, at: call, number) else { break }
                kills += 1
                var left: [String] = []
                // Those that it had started may go on for a moment, and are waited for.
                let isWhole = try TestSupport.Clock.wait(seconds: 60) {
                    _ = try box("ps", "-a")
                    left = try store()
                    return left == before || left == after
                }
                try #require(isWhole, "\(call) \(number): \(left)")
                let check = try box("system", "check")
                #expect(check.status == 0, "\(call) \(number): \(check)")
                if left == after { try run(change.undone + change.prepared) }
            }
            // It was not killed this time.
            try run(change.undone + change.prepared)
        }
        // Fewer would mean that nothing was looked at.
        #expect(kills > 10, "\(kills)")
    }

    /// The names of images, of all that is in the store but for blobs, of which the names say when an image was imported, and
    /// how many of those there are.
    private func store() throws -> [String] {
        let box = try box()
        return try box("images", "--format", "{{.Repository}}:{{.Tag}}").lines
            + box.shell(
                """
                cd \(box.root)/images && find . ! -path './layers/*/*' ! -path './partial*' |
                sed 's,blobs/sha256/.*,blobs/sha256/one,' | sort
                """
            ).lines
    }
}
