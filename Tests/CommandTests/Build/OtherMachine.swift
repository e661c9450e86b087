// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A box's store that is another machine's, with the base image and nothing else.
struct OtherMachine {
    let box: Box
    let environment: [String: String]

    init(_ box: Box, _ name: String, _ environment: [String: String] = [:]) throws {
        self.box = box
        self.environment = environment.merging([
            "MINIBOX_ROOT": "\(box.folder)/\(name)", "MINIBOX_RUN_ROOT": "\(box.folder)/\(name)-run",
        ]) { $1 }
        // An image says in which second it was imported: what is the same on all machines comes from one import.
        let base = box.folder + "/base"
        if !FileManager.default.fileExists(atPath: base) {
            let imported = try box.run(
                ["import", TestMachine.archive("busybox"), "busybox"], environment: ["MINIBOX_ROOT": base])
            try #require(imported.status == 0, "\(imported)")
        }
        let copied = try box.shell("cp -a \(base) \(box.folder)/\(name)")
        try #require(copied.status == 0, "\(copied)")
    }

    @discardableResult
    func callAsFunction(_ words: String...) throws -> Outcome {
        try box.run(words, timeout: 60, environment: environment)
    }

    @discardableResult
    func build(_ words: String..., tag: String = "app") throws -> Outcome {
        try box.run(["build", "--progress", "plain", "-t", tag] + words, timeout: 60, environment: environment)
    }

    func read(_ path: String) throws -> String { try self("run", "--rm", "app", "cat", path).output }

    /// How many steps of a build were not made anew.
    static func cached(_ outcome: Outcome) -> Int { outcome.errors.components(separatedBy: " CACHED\n").count - 1 }
}
