// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Words

@Suite struct NearestWordTests {
    @Test(arguments: [
        ("", "", 0), ("rm", "rm", 0), ("a", "", 1), ("raed", "read", 1), ("kitten", "sitting", 3),
        ("ca", "abc", 3), ("memroy", "memory", 1), ("abcd", "acbd", 1),
    ]) func countsSlips(a: String, b: String, distance: Int) {
        #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
        #expect(editDistance(Array(b.utf8), Array(a.utf8)) == distance)
    }

    @Test(arguments: [
        ("raed-only", "read-only"), ("envv", "env"), ("namee", "name"), ("memroy", "memory"), ("zzz", nil), ("q", nil),
    ]) func findsTheWordMeant(word: String, expected: String?) {
        #expect(nearestWord(to: word, among: ["read-only", "env", "name", "memory", "rm"]) == expected)
    }
}
