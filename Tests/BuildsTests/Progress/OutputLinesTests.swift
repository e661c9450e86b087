// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

/// The lines of `bytes`, given in one piece.
private func lines(_ bytes: [UInt8], colors: Bool = true) -> [String] {
    var output = OutputLines(keepsColors: colors)
    let whole = output.take(bytes) + (output.end().map { [$0] } ?? [])
    return whole.map { String(decoding: $0, as: UTF8.self) }
}
private func lines(_ text: String, colors: Bool = true) -> [String] { lines(Array(text.utf8), colors: colors) }

@Suite struct OutputLinesTests {
    @Test(arguments: [
        ("a\nb\n", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("\n\n", ["", ""]), ("", []), ("a\tb", ["a\tb"]),
        ("10%\r20%\r100%\ndone\n", ["100%", "done"]), ("10%\r\u{1B}[K20%\n", ["20%"]), ("x\r", ["x"]),
        ("naïve 漢字 🙂\n", ["naïve 漢字 🙂"]),
    ]) func cutsIntoLines(text: String, expected: [String]) {
        #expect(lines(text) == expected)
    }

    @Test(arguments: [
        "\u{1B}[2J", "\u{1B}[10;10H", "\u{1B}]0;title\u{07}", "\u{1B}]52;c;aGk=\u{1B}\\", "\u{1B}P$q\"p\u{1B}\\",
        "\u{1B}c",
        "\u{1B}(0", "\u{1B}[?1049h", "\u{1B}[>4;2m", "\u{07}\u{08}\u{0B}\u{0C}\u{7F}\u{00}", "\u{9B}", "\u{202E}",
        "\u{1B}_x\u{1B}\\", "\u{1B}[1 q", "\u{1B}\u{1B}[5n",
    ]) func takesAwayWhatDoesMoreThanColor(sequence: String) {
        #expect(lines("a\(sequence)b\n") == ["ab"])
    }

    @Test func anUnfinishedSequenceTakesNoMoreThanItsLine() {
        #expect(lines("a\u{1B}]0;b\nc\u{1B}[1\nd") == ["a", "c", "d"])
    }

    @Test func colorsStayAndEndWithTheLine() {
        #expect(
            lines("\u{1B}[1;31mred\nstill\u{1B}[0m plain\n") == [
                "\u{1B}[1;31mred\u{1B}[m", "\u{1B}[1;31mstill\u{1B}[0m plain\u{1B}[m",
            ])
        #expect(lines("\u{1B}[31ma\u{1B}[0;1mb\nc\u{1B}[m\nd").last == "d")
        #expect(lines("\u{1B}[31mred\u{1B}[m\n", colors: false) == ["red"])
    }

    @Test func bytesThatAreNoTextAreReplaced() {
        #expect(lines([0x61, 0xFF, 0x62, 0xC3, 0x0A, 0xE2, 0x82]) == ["a\u{FFFD}b\u{FFFD}", "\u{FFFD}"])
        #expect(lines([0xED, 0xA0, 0x80]) == ["\u{FFFD}"])
    }

    @Test func aLineWithoutEndIsShownInParts() {
        let long = String(repeating: "x", count: OutputLines.longestLine * 2 + 5)
        #expect(lines(long).map(\.utf8.count) == [OutputLines.longestLine, OutputLines.longestLine, 5])
    }

    /// However the bytes come, the lines are the same.
    @Test(arguments: 0..<300) func chunksMayBeCutAnywhere(seed: UInt64) {
        var generator = Seeded(state: seed)
        let pieces: [[UInt8]] = [
            Array("plain text".utf8), Array("é漢🙂".utf8), [0xFF], [0xE2, 0x82], [0x0A], [0x0D], [0x0D, 0x0A], [0x09],
            Array("\u{1B}[31m".utf8), Array("\u{1B}[0m".utf8), Array("\u{1B}]0;t\u{07}".utf8), Array("\u{1B}[2".utf8),
            [0x1B], [0x00], Array("\u{1B}[K".utf8), Array("\u{202E}".utf8),
        ]
        let bytes = (0..<40).flatMap { _ in pieces.randomElement(using: &generator) ?? [] }
        var output = OutputLines(keepsColors: true)
        var found: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let chunk = rest.prefix(Int.random(in: 1...7, using: &generator))
            found += output.take(Array(chunk))
            rest = rest.dropFirst(chunk.count)
        }
        if let last = output.end() { found.append(last) }
        #expect(found.map { String(decoding: $0, as: UTF8.self) } == lines(bytes))
        for line in found {
            #expect(String(validating: line, as: UTF8.self) != nil)
            #expect(line.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 || $0 == 0x1B })
        }
    }
}

/// A generator that gives the same numbers for the same seed: xorshift64*.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    init(state: UInt64) { self.state = state &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
        state ^= state >> 12
        state ^= state << 25
        state ^= state >> 27
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

@Suite struct DisplayWidthTests {
    @Test(arguments: [
        ("abc", 3, "abc"), ("abcd", 3, "ab…"), ("漢字", 4, "漢字"), ("漢字", 3, "漢…"), ("漢字", 2, "…"), ("abc", 0, ""),
        ("a\tb", 20, "a       b"), ("e\u{301}e\u{301}", 2, "e\u{301}e\u{301}"), ("", 5, ""),
        ("\u{1B}[31mabcd\u{1B}[m", 3, "\u{1B}[31mab…\u{1B}[m"), ("\u{1B}[31mabc\u{1B}[m", 3, "\u{1B}[31mabc\u{1B}[m"),
    ]) func cutsToColumns(text: String, columns: Int, expected: String) {
        let cut = DisplayWidth.cut(text.utf8, to: columns)
        #expect(String(decoding: cut, as: UTF8.self) == expected)
        #expect(DisplayWidth.columns(of: cut) <= columns)
    }
}
