// SPDX-License-Identifier: Apache-2.0

/// `--log-opt KEY=VALUE`: one wish about a container's log.
public struct LogOption: Hashable, Sendable, CustomStringConvertible {
    /// The keys that json-file has, with docker's names.
    public enum Key: String, CaseIterable, Sendable {
        case maximumSize = "max-size"
        case maximumFiles = "max-file"
        case compression = "compress"
        case labels
        case variables = "env"
        case tag
        case mode
    }

    public let key: Key
    public let value: String

    /// Reads a key, and what is behind the first `=`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let known = Key.allCases.map(\.rawValue).joined(separator: ", ")
        guard parts.count == 2 else { throw SyntaxError(text, "has no value", "write KEY=VALUE, as in max-size=10m") }
        guard let key = Key(rawValue: parts[0]) else {
            switch parts[0] {
            case "max-buffer-size":
                throw SyntaxError(
                    text, "belongs to mode=non-blocking, which minibox does not have",
                    "leave both out: a log is written at once, and a full disk does not stop a container")
            case "labels-regex", "env-regex":
                throw SyntaxError(
                    text, "would need regular expressions, which minibox does not have",
                    "write the names: labels=NAME,NAME or env=NAME,NAME")
            default: throw SyntaxError(text, "is no option of the log driver json-file", "write one of \(known)")
            }
        }
        self.key = key
        value = parts[1]
    }

    /// As it is written.
    public var description: String { "\(key.rawValue)=\(value)" }

    /// The parts between commas.
    var names: [String] { value.split(separator: ",").map(String.init) }

    /// The value as a size of at least a byte. Unlike a memory limit's, its units are powers of 1000: docker's
    /// `units.FromHumanSize`.
    func size() throws(SyntaxError) -> Int64 {
        let wrong = SyntaxError(description, "is not a size", "write a number with k, m or g behind it, as in 10m")
        let digits = value.utf8.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
        var unit = value.dropFirst(digits.count).lowercased()
        if unit.hasPrefix(" ") { unit.removeFirst() }
        let scale: Double
        switch unit {
        case "", "b": scale = 1
        case "k", "kb", "kib": scale = 1e3
        case "m", "mb", "mib": scale = 1e6
        case "g", "gb", "gib": scale = 1e9
        case "t", "tb", "tib": scale = 1e12
        case "p", "pb", "pib": scale = 1e15
        default: throw wrong
        }
        guard let first = digits.first, first.isDigit, let number = Double(String(decoding: digits, as: UTF8.self)),
            let bytes = Int64(exactly: (number * scale).rounded(.towardZero))
        else { throw wrong }
        guard bytes > 0 else {
            throw SyntaxError(description, "leaves no room for a line", "write a size above 0, as in 10m")
        }
        return bytes
    }

    /// The value as a number of files.
    func count() throws(SyntaxError) -> Int {
        guard let number = UInt64(digits: value), (1...9999).contains(number) else {
            throw SyntaxError(description, "is no number of files", "write a number from 1 to 9999, as in max-file=3")
        }
        return Int(number)
    }

    func requireNoCompression() throws(SyntaxError) {
        guard try readBoolean(value, of: description) else { return }
        throw SyntaxError(
            description, "is not supported: a container's process compresses nothing",
            "leave it out, and choose max-size and max-file for the room there is")
    }

    func requireBlocking() throws(SyntaxError) {
        guard value != "blocking" else { return }
        throw SyntaxError(
            description, "is not supported",
            "leave it out: a log is written at once, and a full disk does not stop a container")
    }
}
