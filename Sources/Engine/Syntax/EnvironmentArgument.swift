// SPDX-License-Identifier: Apache-2.0

/// `NAME=VALUE`, or `NAME` for the value that it has outside.
public struct EnvironmentArgument: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let name: String
    /// The value; nil where it comes from the caller's environment.
    public let value: String?

    /// Reads a name, and a value behind the first `=`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty else {
            throw SyntaxError(text, "has no name", "write NAME=VALUE, or NAME for the value that it has here")
        }
        name = parts[0]
        value = parts.count == 2 ? parts[1] : nil
    }

    init(name: String, value: String?) {
        self.name = name
        self.value = value
    }

    /// `NAME=VALUE`, or `NAME`.
    public var description: String { value.map { "\(name)=\($0)" } ?? name }

    /// What this does to a container's environment.
    public enum Change: Hashable, Sendable {
        /// It sets a variable.
        case set(name: String, value: String)
        /// It takes away one that the image has: docker does so for a name that is not set outside.
        case remove(name: String)
    }

    /// The change, with values from `outside` where none was written.
    public func change(outside: (String) -> String?) -> Change {
        (value ?? outside(name)).map { .set(name: name, value: $0) } ?? .remove(name: name)
    }
}

/// The lines of an `--env-file`, by docker's rules.
///
/// A line is `NAME=VALUE` with everything behind the first `=` as it is, or `NAME` for the value that it has outside,
/// which is left out where there is none. Empty lines and lines that begin with `#` say nothing. Quotes are letters.
public struct EnvironmentFile: Hashable, Sendable {
    /// The lines that say something, in order.
    public let lines: [EnvironmentArgument]

    /// Reads the contents of a file; `name` is for messages.
    public init(parsing contents: [UInt8], name: String) throws(SyntaxError) {
        guard let text = String(validating: contents, as: UTF8.self) else {
            throw SyntaxError(name, "is not UTF-8 text", "write lines of NAME=VALUE")
        }
        var lines: [EnvironmentArgument] = []
        let withoutMark =
            text.unicodeScalars.first == "\u{FEFF}" ? text.unicodeScalars.dropFirst() : text.unicodeScalars[...]
        let rows = withoutMark.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, row) in rows.enumerated() {
            let place = "line \(index + 1) of \(name)"
            var line = row
            if line.last == "\r" { line = line.dropLast() }
            line = line.drop { $0.properties.isWhitespace }
            if line.isEmpty || line.first == "#" { continue }
            let label = line.prefix { $0 != "=" }
            guard !label.isEmpty else { throw SyntaxError(place, "has no name before '='", "write NAME=VALUE") }
            if label.contains(where: { $0.properties.isWhitespace }) {
                throw SyntaxError(place, "has a space in the name '\(Substring(label))'", "write NAME=VALUE")
            }
            if line.contains("\0") { throw SyntaxError(place, "has a zero byte", "write NAME=VALUE") }
            lines.append(try EnvironmentArgument(parsing: String(Substring(line))))
        }
        self.lines = lines
    }

    /// What the file sets, with values from `outside` where none is written.
    public func changes(outside: (String) -> String?) -> [EnvironmentArgument.Change] {
        lines.compactMap { line in
            (line.value ?? outside(line.name)).map { .set(name: line.name, value: $0) }
        }
    }
}
