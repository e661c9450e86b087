// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Words

@Suite struct MarkupTests {
    @Test(arguments: [
        ("", ""), ("plain words é漢🙂", "plain words é漢🙂"),
        ("<a href=\"x\">&amp;", "&lt;a href=&quot;x&quot;&gt;&amp;amp;"), ("'x'", "&#39;x&#39;"),
        ("</text><script>", "&lt;/text&gt;&lt;script&gt;"), ("a\nb\tc", "a\nb\tc"),
    ]) func aNameIsAName(text: String, written: String) {
        #expect(Markup.escaped(text) == written)
    }

    @Test(arguments: ["\0", "\u{8}", "\r", "\u{1B}", "\u{1F}", "\u{7F}", "\u{FFFE}", "\u{FFFF}"])
    func whatXMLHasNoPlaceForIsReplaced(text: String) {
        #expect(Markup.escaped("a\(text)<") == "a\u{FFFD}&lt;")
    }
}
