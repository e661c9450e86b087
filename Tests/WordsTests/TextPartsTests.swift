// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Words

@Suite struct TextPartsTests {
    @Test(arguments: [
        ("", ""), ("a", ""), ("a", "a"), ("abc", "a"), ("abc", "b"), ("abc", "c"), ("abc", "bc"), ("abc", "abc"),
        ("aab", "ab"), ("aaab", "aab"), ("漢字", "字"),
    ]) func aPartIsFound(text: String, part: String) {
        #expect(text.hasPart(part))
        #expect(("x" + text + "y").dropFirst().hasPart(part))
    }

    @Test(arguments: [
        ("", "a"), ("a", "ab"), ("abc", "ac"), ("abc", "cd"), ("ab", "B"),
        // The same letter in other bytes is another one: names of files are bytes.
        ("\u{E9}", "e\u{301}"),
    ]) func anythingElseIsNot(text: String, part: String) {
        #expect(!text.hasPart(part))
    }
}
