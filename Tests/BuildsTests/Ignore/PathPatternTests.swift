// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

/// Whether a pattern, as a line of an ignore file has it, matches a path by itself.
private func matches(_ pattern: String, _ path: String) throws -> Bool {
    var scratch = PathPattern.Scratch()
    let compiled = try PathPattern(LexicalPath.cleaned(pattern.utf8))
    return compiled.matches(Array(path.utf8), &scratch)
}

@Suite struct PathPatternTests {
    @Test(arguments: [
        // Exactly.
        ("foo", "foo", true), ("foo", "foobar", false), ("foo", "a/foo", false), ("a/b", "a/b", true),
        ("foo.txt", "fooxtxt", false), ("a+b", "a+b", true), ("a(b)|c$", "a(b)|c$", true), ("{a,b}", "{a,b}", true),
        ("^a", "^a", true), ("^a*", "^ab", true), ("^a*", "ab", false),
        // A star stays in its part.
        ("*", "foo", true), ("*", "a/b", false), ("*.go", "x.go", true), ("*.go", "a/x.go", false),
        ("*.go", ".go", true), ("a/*", "a/b", true), ("a/*", "a/", true), ("a/*", "a/b/c", false),
        ("a*b*c", "axxbyyc", true), ("a*b*c", "axx/byyc", false), ("a*", "a", true), ("*/*", "a/b", true),
        // One character, of one or several bytes.
        ("?", "a", true), ("?", "ä", true), ("?", "€", true), ("?", "😀", true), ("?", "/", false), ("?", "ab", false),
        ("a?c", "abc", true), ("a?c", "a/c", false), ("??", "ab", true),
        // Brackets.
        ("[abc]", "b", true), ("[abc]", "d", false), ("[a-c]x", "bx", true), ("[a-c]x", "dx", false),
        ("[^a-c]", "d", true), ("[^a-c]", "a", false), ("[!a]", "!", true), ("[!a]", "b", false),
        ("[ä-ü]", "ö", true), ("[\\]]", "]", true), ("[\\-x]", "-", true), ("a[^b]c", "a/c", true), ("[*]", "*", true),
        ("[*]", "x", false), ("[a-cx-z]", "y", true), ("]", "]", true),
        // A backslash.
        ("\\*", "*", true), ("\\*", "a", false), ("a\\?b", "a?b", true), ("\\d", "d", true), ("\\d", "1", false),
        ("\\ä", "ä", true), ("a\\\\b", "a\\b", true),
        // Any depth.
        ("**", "a", true), ("**", "a/b/c", true), ("**/foo", "foo", true), ("**/foo", "a/b/foo", true),
        ("**/foo", "a/foo/b", false), ("**/foo", "xfoo", false), ("**foo", "xfoo", true), ("**foo", "a/xfoo", true),
        ("foo/**", "foo/a", true), ("foo/**", "foo/a/b", true), ("foo/**", "foo", false), ("foo/**", "foobar", false),
        ("foo**", "foobar/x", true), ("a/**/b", "a/b", true), ("a/**/b", "a/x/b", true), ("a/**/b", "a/x/y/b", true),
        ("a/**/b", "a/xb", false), ("a**b", "ab", true), ("a**b", "ax/b", true), ("a**b", "axb", false),
        ("**/*.go", "x.go", true), ("**/*.go", "a/b/x.go", true), ("**/*.go", "a/x.gob", false),
        ("**/a/**", "a/b", true), ("**/a/**", "x/a/b/c", true), ("**/a/**", "x/a", false), ("*/**", "a/b/c", true),
        ("*/**", "a", false), ("**/?a*", "x/ba", true), ("**a**b", "a/ab", true), ("a/**/**/b", "a/b", true),
        ("**/x*y/**/z?", "q/xay/1/2/zz", true), ("**/x*y/**/z?", "q/xa/1/2/zz", false),
        // Cleaned.
        ("./foo", "foo", true), ("foo/", "foo", true), ("a//b", "a/b", true), ("a/../b", "b", true),
        ("../a", "a", false), (".", "a", false), ("/", "a", false),
    ])
    func `a pattern matches as moby's does`(pattern: String, path: String, expected: Bool) throws {
        #expect(try matches(pattern, path) == expected)
    }

    @Test(arguments: ["[", "[]", "[^]", "[a", "[a-", "[a-]", "[-a]", "[z-a]", "a\\", "x/[", "[]a]", "*[", "[\\"])
    func `what is no pattern is an error`(pattern: String) {
        #expect(throws: BuildError.self) { try PathPattern(Array(pattern.utf8)) }
    }

    @Test func `bytes that are not UTF-8 are characters`() throws {
        var scratch = PathPattern.Scratch()
        #expect(try PathPattern(Array("a?b".utf8)).matches([0x61, 0xFF, 0x62], &scratch))
        #expect(try PathPattern(Array("a*b".utf8)).matches([0x61, 0xC3, 0x62], &scratch))
        #expect(try PathPattern(Array("[^x]".utf8)).matches([0xFF], &scratch))
    }

    @Test func `many stars cost no more than their number times the path's length`() throws {
        var scratch = PathPattern.Scratch()
        let pattern = try PathPattern(Array((String(repeating: "a*", count: 200) + "b").utf8))
        #expect(!pattern.matches([UInt8](repeating: 0x61, count: 3000), &scratch))
    }

    @Test(arguments: [
        ("foo/bar", "foo", true), ("foo/bar", "fo", false), ("foo/bar", "foo/bar", false), ("foo/**", "foo", true),
        ("foo/**", "foo/a", true), ("foo/**", "bar", false), ("**/x", "any/thing", true), ("*/x", "a", true),
        ("*/x", "a/b", false), ("*.go", "a", false), ("a/*/c", "a/b", true), ("a/*/c", "b", false),
        ("a/[bc]/d", "a/b", true), ("a/[bc]/d", "a/d", false), ("a?/x", "ab", true), ("a?/x", "b", false),
        ("lib/*.so", "lib", true), ("lib/*.so", "lib/x", false), ("a\\b/c", "ab", true),
    ])
    func `it is known whether something below a directory could match`(
        pattern: String, directory: String, expected: Bool
    ) throws {
        var scratch = PathPattern.Scratch()
        let compiled = try PathPattern(Array(pattern.utf8))
        #expect(compiled.mayMatch(below: Array(directory.utf8), &scratch) == expected)
    }
}
