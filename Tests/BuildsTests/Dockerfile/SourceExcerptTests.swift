// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

@Suite struct SourceExcerptTests {
    private func excerpt(_ lines: [String], _ start: (Int, Int), _ end: (Int, Int), hint: String? = nil) -> String {
        SourceExcerpt(
            source: DockerfileSource(name: "D", lines: lines),
            range: SourceRange(
                SourcePosition(line: start.0, column: start.1), SourcePosition(line: end.0, column: end.1)),
            words: "words", hint: hint
        ).description
    }

    @Test func `shows one line with carets below the place`() {
        #expect(excerpt(["a", "bcdef"], (2, 2), (2, 4)) == "D:2:2: words\n2 | bcdef\n  |  ^^")
        #expect(excerpt(["a"], (1, 1), (1, 1), hint: "hint") == "D:1:1: words\n1 | a\n  | ^\n  = hint")
    }

    @Test func `shows the lines of a longer place, and only so many`() {
        let lines = (1...20).map { "line \($0)" }
        #expect(
            excerpt(lines, (9, 3), (11, 4))
                == "D:9:3: words\n 9 | line 9\n   |   ^^^^\n10 | line 10\n11 | line 11")
        #expect(excerpt(lines, (1, 1), (3, 1)) == "D:1:1: words\n1 | line 1\n  | ^^^^^^\n2 | line 2")
        #expect(excerpt(lines, (1, 1), (20, 2)).hasSuffix("6 | line 6\n  | ..."))
    }

    @Test func `carets stand below characters, not below bytes`() {
        #expect(excerpt(["\té\u{1F600}x"], (1, 8), (1, 9)) == "D:1:8: words\n1 | \té\u{1F600}x\n  | \t  ^")
    }

    @Test func `nothing in a line moves the cursor`() {
        let text = excerpt(["a\u{1B}[2J\r\u{202E}b"], (1, 1), (1, 2))
        #expect(text == "D:1:1: words\n1 | a\u{FFFD}[2J\u{FFFD}\u{FFFD}b\n  | ^")
    }

    @Test func `nothing that words quote moves the cursor`() throws {
        let error = try #require(Reading.error("FROM a\nX\u{1B}[2J\u{2028}"))
        #expect(error.words == "unknown instruction X\u{FFFD}[2J")
        #expect(error.buildError.words == error.words)
        #expect(Reading.error("FROM a\nCOPY --\u{1B}=1 a b")?.words == "COPY has no flag --\u{FFFD}")
    }

    @Test func `a long line is cut around the place`() {
        let line = String(repeating: "a", count: 500) + "b" + String(repeating: "c", count: 500)
        let text = excerpt([line], (1, 501), (1, 502))
        let lines = text.split(separator: "\n")
        #expect(lines[1].count == 4 + 162)
        #expect(lines[1].hasPrefix("1 | …a"))
        #expect(lines[1].hasSuffix("c…"))
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let place = lines[1].firstIndex(of: "b").map { lines[1].distance(from: lines[1].startIndex, to: $0) }
        #expect(caret == place)
    }

    @Test func `a place outside of the text is only named`() {
        #expect(excerpt([], (1, 1), (1, 1)) == "D:1:1: words")
        #expect(excerpt(["a"], (7, 1), (7, 1)) == "D:7:1: words")
    }
}
