// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux

@testable import Builds

/// What a copy goes to.
enum CopyRoot: CaseIterable, Sendable {
    /// A directory, as the tree of `FROM scratch` is.
    case directory
    /// An overlay of a layer, and the directory for its changes.
    case overlay
}

/// A context, and a tree to copy it to; both go when the test does.
final class CopyFixture {
    static let isRoot = getuid() == 0
    /// The time of what a copy makes on its own account.
    static let now = FileTime(seconds: 1_700_000_000, nanoseconds: 0)

    let path: String
    let kind: CopyRoot

    /// `context` makes the files to copy, `base` those that are there already.
    init(_ kind: CopyRoot = .directory, context: String = "", base: String = "") throws {
        self.kind = kind
        path = NSTemporaryDirectory() + "minibox-copy-" + UUID().uuidString
        for name in ["context", "base", "layer/upper", "layer/work", "outside"] {
            try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
        }
        try shell("chmod 755 base layer/upper; cd context; \(context)")
        try shell("cd base; \(base)")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a shell command in `directory` and returns what it prints.
    @discardableResult
    func shell(_ command: String, in directory: String? = nil) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", "umask 022; cd \(directory ?? path); \(command)"]
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: command) }
        return String(decoding: output, as: UTF8.self)
    }

    struct Failure: Error { let command: String }

    private func open(_ name: String) throws -> Descriptor {
        try Descriptor.open(path + "/" + name, [.readOnly, .directory])
    }

    func root() throws -> Descriptor {
        switch kind {
        case .directory: try open("base")
        case .overlay: try overlay()
        }
    }

    private func overlay() throws -> Descriptor {
        // Overlayfs does not take a directory for its own use a second time.
        try shell("rm -rf layer/work; mkdir layer/work")
        return try LayerStack.open([path + "/base"], writable: path + "/layer")
    }

    func upper() throws -> Descriptor? {
        switch kind {
        case .directory: return nil
        case .overlay: return try open("layer/upper")
        }
    }

    func tree(ignoring lines: String? = nil, keepsOwners: Bool = false) throws -> FileTree {
        FileTree(
            root: try open("context"),
            filter: try lines.map { try IgnoreFilter(parsing: Array($0.utf8), name: ".dockerignore") },
            keepsOwners: keepsOwners, name: "the context")
    }

    /// Carries out an instruction whose sources are all of the context, and returns the high ids.
    @discardableResult
    func copy(
        _ sources: [String], to destination: String, owner: String? = nil, mode: String? = nil, isLink: Bool = false,
        parents: Bool = false, excludes: [String] = [], isAdd: Bool = false, unpacks: Bool? = nil,
        ignoring lines: String? = nil, keepsOwners: Bool = false
    ) throws -> [UInt32] {
        let operation = CopyOperation(
            sources: sources.map { .path($0, of: .context("")) }, destination: destination, owner: owner, mode: mode,
            isLink: isLink, keepsParents: parents, excludes: excludes, unpacks: unpacks, isAdd: isAdd)
        var copier = try FileCopier(operation, into: try root(), upper: try upper(), now: Self.now)
        let tree = try tree(ignoring: lines, keepsOwners: keepsOwners)
        for source in sources {
            var selector = try PathSelector(filter: tree.filter)
            try copier.add(
                try selector.select(source, keepsParents: parents, excludes: excludes, in: tree), of: tree)
        }
        return try copier.finish()
    }

    /// The words of the error that a copy ends with.
    func refusal(_ sources: [String], to destination: String, owner: String? = nil, isLink: Bool = false) -> String {
        do {
            try copy(sources, to: destination, owner: owner, isLink: isLink)
            return ""
        } catch {
            return "\(error)"
        }
    }

    /// Runs a shell command in the tree as it is now.
    func look(_ command: String) throws -> String {
        switch kind {
        case .directory: return try shell(command, in: path + "/base")
        case .overlay:
            let merged = try LayerStack.open([path + "/base", path + "/layer/upper"], empty: path + "/outside")
            return try shell(command, in: "/proc/\(getpid())/fd/\(merged.number)/")
        }
    }

    /// What is below `place`: path, kind, mode.
    func list(_ place: String = ".") throws -> String {
        try look("find \(place) -mindepth 1 -printf '%P %y %m\\n' | LC_ALL=C sort")
    }
}
