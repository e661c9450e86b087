// SPDX-License-Identifier: Apache-2.0
public import Linux

/// How what is made for a container is taken away, on disk before it is made.
///
/// It is a file in the container's directory, a line an undo, in the order in which they are to be done. Whoever finds
/// the directory of a process that was killed carries it out.
public enum Journal {
    /// The name of the file.
    public static let fileName = "journal"

    /// Writes the journal of a container into its directory.
    ///
    /// Not by way of another name: the lines are independent, and a line that was cut off is not read, since nothing
    /// was made yet.
    public static func write(_ undos: [Undo], in directory: borrowing Descriptor) throws(SystemError) {
        try directory.open(fileName, [.writeOnly, .create, .truncate, .noFollow], mode: 0o600)
            .write(undos.map(\.line).joined())
    }

    /// Adds lines to the journal of a container that runs. What was there stays, whatever happens meanwhile.
    public static func append(_ undos: [Undo], in directory: borrowing Descriptor) throws(SystemError) {
        try directory.open(fileName, [.writeOnly, .create, .append, .noFollow], mode: 0o600)
            .write(undos.map(\.line).joined())
    }

    /// What the journal in a directory says; nothing where there is none.
    public static func read(in directory: borrowing Descriptor) -> [Undo] {
        guard let bytes = try? directory.open(fileName, [.readOnly, .noFollow]).readAll() else { return [] }
        // What is behind the last line end was cut off, and may name a directory above the one that was meant.
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return bytes[..<end].split(separator: UInt8(ascii: "\n")).compactMap { line in
            Undo(line: String(decoding: line, as: UTF8.self)[...])
        }
    }

    /// Does what the journal in a directory says, all that can be done; the answer is the first failure.
    public static func carryOut(in directory: borrowing Descriptor) -> StepError? {
        var first: StepError?
        for undo in read(in: directory) {
            do throws(StepError) { try undo.perform() } catch { first = first ?? error }
        }
        return first
    }
}

extension Undo {
    /// A line of a journal.
    var line: String {
        switch self {
        case .removeCgroup(let path): "cgroup \(path)\n"
        case .removeTree(let path): "tree \(path)\n"
        case .removeFile(let path): "file \(path)\n"
        case .removeLink(let path, let owner): "link \(owner) \(path)\n"
        }
    }

    /// A line of a journal, read back; nil for one that was cut off.
    init?(line: Substring) {
        func path(after word: String) -> String? { line.rest(after: word).flatMap { $0.isRooted ? String($0) : nil } }
        if let path = path(after: "cgroup ") {
            self = .removeCgroup(path: path)
        } else if let path = path(after: "tree ") {
            self = .removeTree(path: path)
        } else if let path = path(after: "file ") {
            self = .removeFile(path: path)
        } else if let owned = line.rest(after: "link "), let space = owned.utf8.firstIndex(of: UInt8(ascii: " ")) {
            let path = Substring(owned.utf8[space...].dropFirst())
            guard path.isRooted, space != owned.startIndex else { return nil }
            self = .removeLink(path: String(path), owner: String(owned[..<space]))
        } else {
            return nil
        }
    }
}
