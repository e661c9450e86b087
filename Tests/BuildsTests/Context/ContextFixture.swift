// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux

@testable import Builds

/// A temporary directory with a context in it, which goes when the test does.
final class ContextFixture {
    /// Where the context is: `root` in a directory of its own.
    let path: String
    private let directory: String

    init(_ command: String = "") throws {
        directory = NSTemporaryDirectory() + "minibox-context-" + UUID().uuidString
        path = directory + "/root"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        if !command.isEmpty { try shell(command) }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs a shell command in the context and returns what it prints.
    @discardableResult
    func shell(_ command: String) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", command]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: command) }
        return String(decoding: output, as: UTF8.self)
    }

    struct Failure: Error { let command: String }

    /// The context as a tree, with the lines of an ignore file.
    func tree(ignoring lines: String? = nil, keepsOwners: Bool = false) throws -> FileTree {
        FileTree(
            root: try Descriptor.open(path, [.readOnly, .directory]),
            filter: try lines.map { try IgnoreFilter(parsing: Array($0.utf8), name: ".dockerignore") },
            keepsOwners: keepsOwners, name: "the context")
    }

    /// What a source selects: `place` of each, and `name` behind a colon where it is not the place's last part.
    func select(_ source: String, ignoring lines: String? = nil, keepsParents: Bool = false) throws -> [String] {
        let tree = try tree(ignoring: lines)
        var selector = try PathSelector(filter: tree.filter)
        return try selector.select(source, keepsParents: keepsParents, in: tree).paths.map {
            $0.place.last == $0.name ? $0.place.description : "\($0.place):\($0.name)"
        }
    }

    /// The files that are selected, in the order of the walk, below the directories that `source` selects; those that
    /// are there for others' sake come with a `+`.
    func walk(
        _ source: String, ignoring lines: String? = nil, keepsParents: Bool = false, excludes: [String] = []
    ) throws -> [String] {
        let tree = try tree(ignoring: lines)
        var selector = try PathSelector(filter: tree.filter)
        let selection = try selector.select(source, keepsParents: keepsParents, excludes: excludes, in: tree)
        var found: [String] = []
        for selected in selection.paths {
            var walk = try TreeWalk(of: selected, selection.rules, in: tree)
            while try walk.next() {
                for parent in walk.parents { found.append("+" + String(decoding: parent.path, as: UTF8.self)) }
                for entry in walk.entries {
                    let above = walk.path.isEmpty ? "" : String(decoding: walk.path, as: UTF8.self) + "/"
                    found.append(above + walk.listing.name(of: entry.name).description)
                }
            }
        }
        return found
    }
}
