// SPDX-License-Identifier: Apache-2.0
internal import Words

/// `--seccomp-notify`: about which calls somebody is asked before the kernel carries them out, and which of them fail.
public struct NotifyArgument: Hashable, Sendable, CustomStringConvertible {
    /// What the calls do: the words that are written.
    public let kinds: [PathCalls.Kind]
    /// Paths that are refused, with `*` and `?` for what may be anything; none where all is let through.
    public let refused: [String]

    /// Reads `mkdir,unlink,refuse=/etc/*`.
    public init(parsing text: String) throws(SyntaxError) {
        var (kinds, refused): ([PathCalls.Kind], [String]) = ([], [])
        for field in try CommaSeparated.fields(of: text) {
            if field.hasPrefix("refuse=") {
                let pattern = String(field.dropFirst("refuse=".count))
                guard !pattern.isEmpty else { throw SyntaxError(text, "refuses no path", "write refuse=PATTERN") }
                refused.append(pattern)
                continue
            }
            if field == "changes" {
                kinds += PathCalls.Kind.changes.filter { !kinds.contains($0) }
                continue
            }
            guard let kind = PathCalls.Kind(rawValue: field) else {
                let known = PathCalls.Kind.allCases.map(\.rawValue) + ["changes", "refuse="]
                throw SyntaxError(
                    field, "is no call that somebody can be asked about",
                    nearestWord(to: field, among: known).map { "did you mean \($0)?" }
                        ?? "write \(known.dropLast().joined(separator: ", ")), and refuse=PATTERN")
            }
            if !kinds.contains(kind) { kinds.append(kind) }
        }
        guard !kinds.isEmpty else {
            throw SyntaxError(text, "names no call", "write one before it, as in mkdir,\(text)")
        }
        self.kinds = kinds
        self.refused = refused
    }

    public var description: String {
        (kinds.map(\.rawValue) + refused.map { "refuse=\($0)" }).map { field in
            field.contains { $0 == "," || $0 == "\"" }
                ? "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
                : field
        }.joined(separator: ",")
    }

    /// Whether a path is one of those that are refused. A pattern without a slash is held against its last part.
    func refuses(_ path: String) -> Bool {
        refused.contains { pattern in
            let subject = pattern.utf8.contains(UInt8(ascii: "/")) ? path[...] : path[path.lastPart...]
            return Self.matches(Array(subject.utf8)[...], Array(pattern.utf8)[...])
        }
    }

    /// Whether a pattern is a text. Each `*` takes as little as it can, and more where the rest does not fit.
    private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var (at, place) = (text.startIndex, pattern.startIndex)
        var star: (pattern: Int, text: Int)?
        while at < text.endIndex {
            if place < pattern.endIndex, pattern[place] == UInt8(ascii: "*") {
                star = (place + 1, at)
                place += 1
            } else if place < pattern.endIndex, pattern[place] == UInt8(ascii: "?") || pattern[place] == text[at] {
                (at, place) = (at + 1, place + 1)
            } else if let last = star {
                star = (last.pattern, last.text + 1)
                (at, place) = (last.text + 1, last.pattern)
            } else {
                return false
            }
        }
        return pattern[place...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension String {
    /// Where the last part of this path begins. Slashes behind it are its own: `mkdir a/` makes `a`.
    fileprivate var lastPart: Index {
        let end = utf8.lastIndex { $0 != UInt8(ascii: "/") } ?? startIndex
        return utf8[..<end].lastIndex { $0 == UInt8(ascii: "/") }.map { utf8.index(after: $0) } ?? startIndex
    }
}
