// SPDX-License-Identifier: Apache-2.0

/// A place in a Dockerfile as a person sees it: the name and line, the words, the lines with their numbers and a caret
/// below the place.
///
///     Dockerfile:3:1: unknown instruction RUM
///     3 | RUM make
///       | ^^^
///       = did you mean RUN?
public struct SourceExcerpt: Hashable, Sendable, CustomStringConvertible {
    public var source: DockerfileSource
    public var range: SourceRange
    public var words: String
    public var hint: String?

    /// Lines that are shown of a range that has more.
    static let lineLimit = 6
    /// Columns that are shown of a line that has more.
    static let columnLimit = 160

    public init(source: DockerfileSource, range: SourceRange, words: String, hint: String? = nil) {
        self.source = source
        self.range = range
        self.words = words.shown
        self.hint = hint?.shown
    }

    public var description: String {
        var result = "\(source.name.shown):\(range.start.line):\(range.start.column): \(words)"
        let numbers = shownLines
        let width = String(numbers.last ?? 1).utf8.count
        let gutter = String(repeating: " ", count: width) + " "
        for number in numbers {
            let label = String(number)
            let line = ShownLine(source.lines[number - 1], around: number == range.start.line ? range.start.column : 1)
            result += "\n\(String(repeating: " ", count: width - label.utf8.count))\(label) | \(line.text)"
            if number == range.start.line {
                let end = range.end.line == number ? range.end.column : nil
                result += "\n\(gutter)| \(line.carets(from: range.start.column, to: end))"
            }
        }
        if let last = numbers.last, last < lastLine { result += "\n\(gutter)| ..." }
        if let hint { result += "\n\(gutter)= \(hint)" }
        return result
    }

    /// A range that ends in front of a line's first column does not take that line in.
    private var lastLine: Int { max(range.start.line, range.end.column <= 1 ? range.end.line - 1 : range.end.line) }

    private var shownLines: [Int] {
        guard range.start.line >= 1, range.start.line <= source.lines.count else { return [] }
        let last = min(lastLine, source.lines.count, range.start.line + Self.lineLimit - 1)
        return Array(range.start.line...last)
    }
}

/// One line made fit to be shown: nothing that moves a terminal's cursor, and not too long.
private struct ShownLine {
    /// What is shown, each with the column in bytes, from 1, at which it stands in the file.
    private var marks: [(column: Int, scalar: Unicode.Scalar)] = []

    init(_ line: String, around column: Int) {
        var position = 1
        for scalar in line.unicodeScalars {
            marks.append((position, scalar.shown))
            position += UTF8.width(scalar)
        }
        guard marks.count > SourceExcerpt.columnLimit else { return }
        let place = marks.firstIndex { $0.column >= column } ?? marks.count
        let start = max(0, min(place - SourceExcerpt.columnLimit / 2, marks.count - SourceExcerpt.columnLimit))
        let end = min(marks.count, start + SourceExcerpt.columnLimit)
        var part = Array(marks[start..<end])
        if start > 0 { part.insert((part.first?.column ?? 1, "\u{2026}"), at: 0) }
        if end < marks.count { part.append((marks[end].column, "\u{2026}")) }
        marks = part
    }

    var text: String {
        var result = String.UnicodeScalarView()
        result.append(contentsOf: marks.map(\.scalar))
        return String(result)
    }

    /// Carets below the columns from `start` up to `end`, which is not part of it; nil is the end of the line. One
    /// stands there at least.
    func carets(from start: Int, to end: Int?) -> String {
        var result = ""
        for mark in marks where mark.column < start {
            // A tab is as wide below as above.
            result += mark.scalar == "\t" ? "\t" : " "
        }
        let count = marks.count { $0.column >= start && $0.column < end ?? .max }
        return result + String(repeating: "^", count: max(1, count))
    }
}

extension Unicode.Scalar {
    /// Itself, or a replacement character for what moves a terminal's cursor or turns the direction of text.
    fileprivate var shown: Self {
        switch properties.generalCategory {
        case .control: self == "\t" ? self : "\u{FFFD}"
        case .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
        default: self
        }
    }
}

extension String {
    /// The same with nothing in it that moves a terminal's cursor.
    var shown: String {
        var result = UnicodeScalarView()
        for scalar in unicodeScalars { result.append(scalar.shown) }
        return String(result)
    }
}
