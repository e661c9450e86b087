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
        case buffer = "max-buffer-size"

        /// Whether it is about files, which the journal has of its own.
        var isOfFiles: Bool {
            switch self {
            case .maximumSize, .maximumFiles, .compression: true
            case .labels, .variables, .tag, .mode, .buffer: false
            }
        }
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

    /// The value as a size of at least a byte. Unlike a memory limit's, the units of a file's are powers of 1000: docker's
    /// `units.FromHumanSize`; those of a buffer's are of 1024: `units.RAMInBytes`.
    func size(isBinary: Bool = false) throws(SyntaxError) -> Int64 {
        let wrong = SyntaxError(description, "is not a size", "write a number with k, m or g behind it, as in 10m")
        let digits = value.utf8.prefix { $0.isDigit || $0 == UInt8(ascii: ".") }
        var unit = value.dropFirst(digits.count).lowercased()
        if unit.hasPrefix(" ") { unit.removeFirst() }
        let step: Double = isBinary ? 1024 : 1000
        var scale: Double = 1
        let units = [["", "b"], ["k", "kb", "kib"], ["m", "mb", "mib"], ["g", "gb", "gib"], ["t", "tb", "tib"]]
        let power = (units + [["p", "pb", "pib"]]).firstIndex { $0.contains(unit) }
        guard let power else { throw wrong }
        for _ in 0..<power { scale *= step }
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

    /// The value as yes or no.
    func flag() throws(SyntaxError) -> Bool { try readBoolean(value, of: description) }

    /// Whether the container waits where its log cannot be written at once.
    func isBlocking() throws(SyntaxError) -> Bool {
        switch value {
        case "blocking": true
        case "non-blocking": false
        default: throw SyntaxError(description, "is no mode", "write blocking or non-blocking")
        }
    }
}
