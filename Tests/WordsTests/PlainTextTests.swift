// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Words

@Suite struct PlainTextTests {
    @Test(arguments: [
        ("", ""), ("plain: a-z~", "plain: a-z~"), ("é漢🙂", "é漢🙂"),
        // Colours, a bell, what begins a line, a control of eight bits, and what turns the direction of writing.
        ("\u{1B}[2J", "\\u{1B}[2J"), ("a\u{7}\n\u{7F}", "a\\u{7}\\u{A}\\u{7F}"), ("\u{9B}1m", "\\u{9B}1m"),
        ("a\u{202E}b", "a\\u{202E}b"), ("a\u{2028}b", "a\\u{2028}b"),
    ]) func nothingInItMovesACursor(text: String, shown: String) {
        #expect(plainText(text) == shown)
    }
}
