// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import minibox

/// What a terminal is sent of a log.
@Suite struct TerminalTextTests {
    private func shown(_ chunks: [UInt8]...) -> String {
        var text = TerminalText()
        var bytes: [UInt8] = []
        for chunk in chunks { bytes += text.shown(chunk) }
        return String(decoding: bytes + text.end(), as: UTF8.self)
    }

    @Test func controlsAreShown() {
        #expect(shown(Array("\u{1B}]0;pwned\u{07}\u{1B}[2J\u{7F}".utf8)) == "\\x1b]0;pwned\\x07\\x1b[2J\\x7f")
        #expect(shown([0]) == "\\x00")
    }

    @Test func textIsAsItWas() {
        #expect(shown(Array("a\tb\nüñ 漢 ©\n".utf8)) == "a\tb\nüñ 漢 ©\n")
    }

    @Test func aLineIsNotWrittenOver() {
        #expect(shown(Array("safe\rfake\n".utf8)) == "safe\\x0dfake\n")
        #expect(shown(Array("of a terminal\r\n".utf8)) == "of a terminal\r\n")
        #expect(shown(Array("end\r".utf8)) == "end\\x0d")
    }

    @Test func aSecondSetOfControlsIsShown() {
        // U+009B begins a sequence as escape and bracket do.
        #expect(shown([0xC2, 0x9B, UInt8(ascii: "m")]) == "\\xc2\\x9bm")
    }

    @Test func whatIsCutInTwoIsOne() {
        #expect(shown([0xC2], [0x9B]) == "\\xc2\\x9b")
        #expect(shown([0xC2], [0xA9]) == "©")
        #expect(shown([0x0D], [0x0A]) == "\r\n")
        #expect(shown([0x0D], [0x0D, 0x0A]) == "\\x0d\r\n")
    }
}
