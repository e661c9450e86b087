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

    /// What the journal in a directory says; nothing where there is none.
    public static func read(in directory: borrowing Descriptor) -> [Undo] {
        guard let bytes = try? directory.open(fileName, [.readOnly, .noFollow]).readAll() else { return [] }
        // What is behind the last line end was cut off, and may name a directory above the one that was meant.
        guard let end = bytes.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        return String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\n").compactMap { Undo(line: $0) }
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
        let parts = line.split(separator: " ", maxSplits: 1)
        if parts.count == 2, parts[0] == "link" {
            let words = parts[1].split(separator: " ", maxSplits: 1)
            guard words.count == 2, words[1].hasPrefix("/") else { return nil }
            self = .removeLink(path: String(words[1]), owner: String(words[0]))
            return
        }
        guard parts.count == 2, parts[1].hasPrefix("/") else { return nil }
        switch parts[0] {
        case "cgroup": self = .removeCgroup(path: String(parts[1]))
        case "tree": self = .removeTree(path: String(parts[1]))
        case "file": self = .removeFile(path: String(parts[1]))
        default: return nil
        }
    }
}
