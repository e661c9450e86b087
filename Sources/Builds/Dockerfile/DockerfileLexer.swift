// SPDX-License-Identifier: Apache-2.0

/// Reads a file into instructions' lines: continuations joined, comments and blank lines left out.
struct DockerfileLexer {
    let source: DockerfileSource
    let bytes: [UInt8]
    let lines: [PhysicalLine]
    /// The next physical line, from 0.
    private(set) var next = 0
    /// What escapes a character and, at the end of a line, the line's end.
    private(set) var escape = UInt8(ascii: "\\")
    private(set) var directives: [Dockerfile.Directive] = []
    /// Blank lines inside of continued instructions.
    private(set) var emptyContinuationLines: [SourceRange] = []

    init(_ bytes: [UInt8], name: String) throws(DockerfileError) {
        source = DockerfileSource(name: name, bytes: bytes)
        self.bytes = bytes
        lines = DockerfileSource.split(bytes)
        try source.check(bytes, lines)
    }

    /// Reads the directives at the top, after a `#!` line.
    mutating func readDirectives() throws(DockerfileError) {
        if let first = lines.first, bytes[first.content].starts(with: "#!".utf8) { next = 1 }
        while next < lines.count, let directive = directive(at: next) {
            if directives.contains(where: { $0.key == directive.key }) {
                throw failure(
                    .directive, "the directive \(directive.key.rawValue) is there twice", at: directive.range,
                    hint: "leave one of them out")
            }
            if directive.key == .escape {
                guard directive.value == "\\" || directive.value == "`" else {
                    throw failure(
                        .directive, "\(directive.value) cannot be the escape character", at: directive.range,
                        hint: "write # escape=\\ or # escape=`")
                }
                escape = directive.value == "`" ? UInt8(ascii: "`") : UInt8(ascii: "\\")
            }
            directives.append(directive)
            next += 1
        }
    }

    /// `# key=value` with a key that is known.
    private func directive(at index: Int) -> Dockerfile.Directive? {
        let line = bytes[lines[index].content].trimmed
        guard line.first == UInt8(ascii: "#") else { return nil }
        guard let (key, value) = Dockerfile.Directive.split(line.dropFirst()) else { return nil }
        let start = line.startIndex - lines[index].content.lowerBound + 1
        return Dockerfile.Directive(
            key: key, value: value,
            range: SourceRange(
                SourcePosition(line: index + 1, column: start),
                SourcePosition(line: index + 1, column: start + line.count)))
    }

    /// The next instruction, or nil at the end of the file.
    mutating func line() -> LogicalLine? {
        var comments: [String] = []
        while next < lines.count {
            let content = bytes[lines[next].content].trimmedAtStart
            if content.isEmpty {
                comments = []
                next += 1
            } else if content.first == UInt8(ascii: "#") {
                let comment = content.dropFirst().trimmed.text
                if comment.isEmpty { comments = [] } else { comments.append(comment) }
                next += 1
            } else {
                var line = join(from: content)
                line.comments = comments
                return line
            }
        }
        return nil
    }

    /// The instruction whose first line is the next one, from `content` on.
    private mutating func join(from content: ArraySlice<UInt8>) -> LogicalLine {
        var line = LogicalLine()
        line.firstLine = next + 1
        var (piece, continues) = withoutContinuation(content)
        line.append(piece, at: position(of: piece.startIndex))
        next += 1
        line.lastLine = next
        while continues, next < lines.count {
            let content = bytes[lines[next].content]
            let trimmed = content.trimmedAtStart
            if trimmed.isEmpty {
                let start = SourcePosition(line: next + 1, column: 1)
                emptyContinuationLines.append(
                    SourceRange(start, SourcePosition(line: next + 1, column: content.count + 1)))
            } else if trimmed.first != UInt8(ascii: "#") {
                (piece, continues) = withoutContinuation(content)
                line.append(piece, at: position(of: piece.startIndex))
                line.lastLine = next + 1
            }
            next += 1
        }
        return line
    }

    /// Where the byte at `index` of the next physical line stands.
    private func position(of index: Int) -> SourcePosition {
        SourcePosition(line: next + 1, column: index - lines[next].content.lowerBound + 1)
    }

    /// A line without the escape character at its end, and whether one was there: blanks may follow it, and no other
    /// escape character may stand in front of it.
    private func withoutContinuation(_ line: ArraySlice<UInt8>) -> (ArraySlice<UInt8>, Bool) {
        var end = line.endIndex
        while end > line.startIndex, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
        guard end > line.startIndex, line[end - 1] == escape else { return (line, false) }
        if end - 1 > line.startIndex, line[end - 2] == escape { return (line, false) }
        return (line[line.startIndex..<(end - 1)], true)
    }

    /// The lines up to one that is the name, each with its end; nil where no such line is.
    mutating func body(of mark: HeredocMark) -> (text: ArraySlice<UInt8>, range: SourceRange)? {
        let first = next
        let start = next < lines.count ? lines[next].content.lowerBound : bytes.count
        let name = Array(mark.name.utf8)
        while next < lines.count {
            let line = lines[next]
            next += 1
            var content = bytes[line.content]
            if mark.stripsTabs { content = content.drop { $0 == 0x09 } }
            if content.elementsEqual(name) {
                return (
                    bytes[start..<line.content.lowerBound],
                    SourceRange(
                        SourcePosition(line: first + 1, column: 1),
                        SourcePosition(line: next, column: line.content.count + 1))
                )
            }
        }
        return nil
    }

    func failure(
        _ code: DockerfileError.Code, _ words: String, at range: SourceRange, hint: String? = nil
    ) -> DockerfileError {
        DockerfileError(code, words, at: range, hint: hint, in: source)
    }
}

extension Dockerfile.Directive {
    /// What follows `#`: a key of letters and digits, `=` and a value, white space around each; nil where it is
    /// anything else, or the key is not known.
    static func split(_ comment: ArraySlice<UInt8>) -> (Key, String)? {
        let text = comment.trimmed
        let word = text.prefix { $0.isASCIILetter || $0.isASCIIDigit }
        let rest = text[word.endIndex...].trimmedAtStart
        guard rest.first == UInt8(ascii: "="), let key = Key(rawValue: word.lowercase) else { return nil }
        let value = rest.dropFirst().trimmed
        return value.isEmpty ? nil : (key, value.text)
    }
}
