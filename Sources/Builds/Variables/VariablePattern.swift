// SPDX-License-Identifier: Apache-2.0

/// A pattern of `${v#p}` and the like: `*` and `?` match what is no end of line, a backslash takes their meaning away,
/// and all else is itself, brackets too.
struct VariablePattern {
    private enum Piece: Hashable {
        case any
        case one
        case scalar(Unicode.Scalar)
    }
    private let pieces: [Piece]

    init(_ text: String) throws(VariableError) {
        var pieces: [Piece] = []
        var scalars = text.unicodeScalars[...]
        while let scalar = scalars.popFirst() {
            switch scalar {
            case "*": pieces.append(.any)
            case "?": pieces.append(.one)
            case "\\":
                guard let escaped = scalars.popFirst() else {
                    throw VariableError(.badPattern, "the pattern \"\(text)\" ends in a backslash; write \\\\")
                }
                guard ["*", "?", "\\", "}", "/"].contains(escaped) else {
                    throw VariableError(
                        .badPattern, "\\\(escaped) in the pattern \"\(text)\" means nothing; write \(escaped)")
                }
                pieces.append(.scalar(escaped))
            default: pieces.append(.scalar(scalar))
            }
        }
        self.pieces = pieces
    }

    func droppingPrefix(of value: String, isLongest: Bool) -> String {
        let scalars = Array(value.unicodeScalars)
        guard let end = Self.end(of: pieces[...], in: scalars, from: 0, isLongest: isLongest) else { return value }
        return Self.string(scalars[end...])
    }

    func droppingSuffix(of value: String, isLongest: Bool) -> String {
        let scalars = Array(value.unicodeScalars.reversed())
        let reversed = Array(pieces.reversed())
        guard let end = Self.end(of: reversed[...], in: scalars, from: 0, isLongest: isLongest) else { return value }
        return Self.string(scalars[end...].reversed())
    }

    /// Replaces the first match, or each one that does not touch the one before; a match is as long as can be.
    func replacing(in value: String, with replacement: String, isAll: Bool) -> String {
        let scalars = Array(value.unicodeScalars)
        var result = String.UnicodeScalarView()
        var start = 0
        var copied = 0
        var isAtStart = true
        while start <= scalars.count {
            guard let end = Self.end(of: pieces[...], in: scalars, from: start, isLongest: true) else {
                start += 1
                continue
            }
            result.append(contentsOf: scalars[copied..<start])
            // Nothing, right after a match, is part of that one.
            if end > copied || isAtStart { result.append(contentsOf: replacement.unicodeScalars) }
            copied = end
            isAtStart = false
            guard isAll else { break }
            start = max(end, start + 1)
        }
        result.append(contentsOf: scalars[copied...])
        return String(result)
    }

    /// Where a match that starts at `start` ends. Every place where the pieces so far can end is kept, so that the
    /// time is that of the two lengths multiplied, whatever the pattern.
    private static func end(
        of pieces: ArraySlice<Piece>, in scalars: [Unicode.Scalar], from start: Int, isLongest: Bool
    ) -> Int? {
        var ends: [Int] = [start]
        for piece in pieces {
            var following: [Int] = []
            switch piece {
            case .any:
                var reached = start - 1
                for end in ends where end > reached {
                    reached = end
                    following.append(end)
                    while reached < scalars.count, scalars[reached] != "\n" {
                        reached += 1
                        following.append(reached)
                    }
                }
            case .one:
                for end in ends where end < scalars.count && scalars[end] != "\n" { following.append(end + 1) }
            case .scalar(let scalar):
                for end in ends where end < scalars.count && scalars[end] == scalar { following.append(end + 1) }
            }
            guard !following.isEmpty else { return nil }
            ends = following
        }
        return isLongest ? ends.last : ends.first
    }

    private static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
