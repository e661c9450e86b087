// SPDX-License-Identifier: Apache-2.0

extension DockerfileSource {
    /// Where `$name` or `${name` is first written between the ends of `range`; nil where that is nowhere.
    func place(of name: String, in range: SourceRange) -> SourceRange? {
        let marks = ["$", "${"].map { Array(($0 + name).utf8) }
        for number in range.start.line...max(range.start.line, range.end.line) where lines.indices.contains(number - 1)
        {
            let line = Array(lines[number - 1].utf8)
            let start = number == range.start.line ? range.start.column - 1 : 0
            let end = number == range.end.line ? min(range.end.column - 1, line.count) : line.count
            for index in start..<max(start, end) {
                for mark in marks where line[index..<end].starts(with: mark) && !continues(line, at: index + mark.count)
                {
                    return SourceRange(
                        SourcePosition(line: number, column: index + 1),
                        SourcePosition(line: number, column: index + mark.count + 1))
                }
            }
        }
        return nil
    }

    /// Whether a name goes on.
    private func continues(_ line: [UInt8], at index: Int) -> Bool {
        guard index < line.count else { return false }
        let byte = line[index]
        return byte.isASCIILetter || byte.isASCIIDigit || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
