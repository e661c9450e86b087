// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A Dockerfile and the files beside it, in a box whose store has busybox.
struct BuildContext {
    let box: Box
    let path: String

    init(_ dockerfile: String, files: [String: String] = [:], name: String = "context") throws {
        box = try TestSupport.box()
        path = try box.directory(name)
        try write("Dockerfile", dockerfile)
        for (file, contents) in files { try write(file, contents) }
        if try box("images").lines.contains(where: { $0.hasPrefix("busybox") }) { return }
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
    }

    /// Writes a file of the context, and the directories above it.
    func write(_ file: String, _ contents: String) throws {
        let place = "\(path)/\(file)"
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try contents.write(toFile: place, atomically: true, encoding: .utf8)
    }

    func link(_ file: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(file)", withDestinationPath: target)
    }

    /// Builds it as `built`.
    @discardableResult func build(_ flags: String..., timeout: Double = 30) throws -> Outcome {
        try box.run(["build", "--progress", "plain", "-t", "built"] + flags + [path], timeout: timeout)
    }

    /// Starts to build it as `built`.
    func start(_ flags: String...) throws -> RunningProgram {
        let words = [TestMachine.program, "build", "--progress", "plain", "-t", "built"] + flags + [path]
        let program = try RunningProgram(words, environment: box.environment)
        box.atEnd { program.stop() }
        return program
    }

    /// Lets a step go on that is about to sleep for 4321 seconds, or does.
    func endSleep() throws { try box.endSleep() }

    /// What a program of the image writes.
    func run(_ words: String...) throws -> String {
        let outcome = try box.run(["run", "--rm", "built"] + words)
        #expect(outcome.status == 0, "\(words): \(outcome)")
        return outcome.text
    }

    var isBuilt: Bool {
        get throws { try box("images").lines.contains { $0.hasPrefix("built") } }
    }

    /// That the next command finds no container, nothing half done, and a store that is whole. What was killed a moment
    /// ago may still be about to end: then it is the one after.
    func expectWhole(_ words: String) throws {
        let folders = [
            "\(box.runRoot)/containers", "\(box.root)/containers", "\(box.root)/names", "\(box.root)/images/staging",
        ]
        var left: [String] = []
        _ = Clock.wait(seconds: 60) {
            let outcome = try? box("ps", "-aq")
            left = outcome?.status == 0 ? outcome?.lines ?? [] : [outcome?.description ?? "ps"]
            for folder in folders {
                let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
                left += names.filter { $0 != ".gate" && $0 != ".holders" }.map { "\(folder)/\($0)" }
            }
            return left.isEmpty
        }
        #expect(left.isEmpty, "\(words): \(left)")
        let check = try box("system", "check")
        // What was held while an image was removed goes with a later command, and is no damage.
        let damage = check.lines.dropLast().filter { !$0.contains("belong to no image") }
        #expect(check.status == 0 || damage.isEmpty, "\(words): \(check)")
    }

    /// Builds it, which has to go well.
    func expectBuilt(_ flags: String...) throws {
        let outcome = try box.run(["build", "--progress", "plain", "-t", "built"] + flags + [path], timeout: 30)
        #expect(outcome.status == 0, "\(outcome)")
    }
}

extension Outcome {
    /// The steps, without numbers and times, and how each ended: `CACHED RUN true`.
    var steps: [String] {
        var names: [Substring: Substring] = [:]
        var ends: [String] = []
        for line in (errors + output).split(separator: "\n") where line.hasPrefix("#") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count > 1 else { continue }
            if words[1].hasPrefix("["), let end = line.firstIndex(of: "]") {
                names[words[0]] = line[line.index(end, offsetBy: 2)...]
            } else if ["CACHED", "DONE", "ERROR:", "CANCELED"].contains(words[1]), let name = names[words[0]] {
                ends.append("\(words[1]) \(name)")
            }
        }
        return ends
    }
}
