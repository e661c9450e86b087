// SPDX-License-Identifier: Apache-2.0

/// `<<NAME`, `<<-NAME` or `3<<"NAME"` in the line of an instruction.
struct HeredocMark: Hashable {
    var name: String
    var descriptor: Int
    var isQuoted: Bool
    var stripsTabs: Bool
    /// The whole word, as it is written.
    var word: Range<Int>

    /// The words of a line that start here-documents. A line whose quotes are not closed has none.
    ///
    /// The escape character is `\` whatever the directive says: shells know no other. White space may follow `<<`.
    static func all(in line: ArraySlice<UInt8>) -> [HeredocMark] {
        guard let words = shellWords(of: line) else { return [] }
        return words.compactMap { HeredocMark(word: $0) }
    }

    /// The words as a shell splits them, quotes and escapes left in; nil where a quote is not closed.
    private static func shellWords(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var words: [ArraySlice<UInt8>] = []
        var start: Int?
        var index = line.startIndex
        while index < line.endIndex {
            let byte = line[index]
            let space = line.whitespaceLength(at: index)
            if space > 0 {
                if let begin = start { words.append(line[begin..<index]) }
                start = nil
                index += space
                continue
            }
            if start == nil { start = index }
            if byte == UInt8(ascii: "\\") {
                index = min(index + 2, line.endIndex)
            } else if byte.isQuote {
                guard let end = endOfQuote(line, from: index) else { return nil }
                index = end
            } else if byte == UInt8(ascii: "<"), index + 1 < line.endIndex, line[index + 1] == UInt8(ascii: "<") {
                index += 2
                if index < line.endIndex, line[index] == UInt8(ascii: "-") { index += 1 }
                while index < line.endIndex {
                    let space = line.whitespaceLength(at: index)
                    if space == 0 { break }
                    index += space
                }
            } else {
                index += 1
            }
        }
        if let start { words.append(line[start...]) }
        return words
    }

    /// Behind the quote that closes the one at `index`.
    private static func endOfQuote(_ line: ArraySlice<UInt8>, from index: Int) -> Int? {
        let quote = line[index]
        var index = index + 1
        while index < line.endIndex {
            if line[index] == quote { return index + 1 }
            index += line[index] == UInt8(ascii: "\\") && quote == UInt8(ascii: "\"") ? 2 : 1
        }
        return nil
    }

    /// nil where the word is anything else.
    private init?(word: ArraySlice<UInt8>) {
        let digits = word.prefix(while: \.isASCIIDigit)
        var rest = word[digits.endIndex...]
        guard rest.starts(with: "<<".utf8) else { return nil }
        rest = rest.dropFirst(2)
        stripsTabs = rest.first == UInt8(ascii: "-")
        if stripsTabs { rest = rest.dropFirst() }
        rest = rest.trimmedAtStart
        guard !rest.contains(UInt8(ascii: "<")) else { return nil }
        let (name, isQuoted) = Self.withoutQuotes(rest)
        guard !name.isEmpty else { return nil }
        self.name = name
        self.isQuoted = isQuoted
        descriptor = Int(digits.text) ?? 0
        self.word = word.indices
    }

    /// What a shell makes of a word, its quotes closed.
    private static func withoutQuotes(_ word: ArraySlice<UInt8>) -> (String, isQuoted: Bool) {
        var result: [UInt8] = []
        var isQuoted = false
        var quote: UInt8?
        var index = word.startIndex
        while index < word.endIndex {
            let byte = word[index]
            index += 1
            if let open = quote {
                if byte == open {
                    quote = nil
                } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\""), index < word.endIndex,
                    [UInt8(ascii: "\""), UInt8(ascii: "$"), UInt8(ascii: "\\")].contains(word[index])
                {
                    result.append(word[index])
                    index += 1
                } else {
                    result.append(byte)
                }
            } else if byte.isQuote {
                quote = byte
                isQuoted = true
            } else if byte == UInt8(ascii: "\\") {
                if index < word.endIndex {
                    result.append(word[index])
                    index += 1
                }
            } else {
                result.append(byte)
            }
        }
        return (result[...].text, isQuoted)
    }

    /// A body with the tabs at the start of its lines taken away.
    static func withoutTabs(_ body: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(body.count)
        var atStart = true
        for byte in body {
            if atStart, byte == 0x09 { continue }
            result.append(byte)
            atStart = byte == 0x0A
        }
        return result
    }
}
