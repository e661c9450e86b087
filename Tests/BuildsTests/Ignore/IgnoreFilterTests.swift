// SPDX-License-Identifier: Apache-2.0
import Builds
import Testing

private func filter(_ text: String) throws -> IgnoreFilter {
    try IgnoreFilter(parsing: Array(text.utf8), name: ".dockerignore")
}

@Suite struct IgnoreFilterTests {
    @Test(arguments: [
        ("foo", ["foo"]), ("foo\nbar\n", ["foo", "bar"]), ("\u{FEFF}foo", ["foo"]), ("# comment\nfoo", ["foo"]),
        (" # no comment", ["# no comment"]), ("  foo\t\r\n", ["foo"]), ("\n\n \n", []), ("/foo", ["foo"]),
        ("./foo/", ["foo"]), ("a//b/../c", ["a/c"]), ("!foo", ["!foo"]), ("! foo", ["!foo"]), ("!/foo/", ["!foo"]),
        ("\\!foo", ["\\!foo"]), ("/", ["/"]), (".", ["."]), ("\u{A0}foo\u{3000}", ["foo"]), ("foo#bar", ["foo#bar"]),
        ("\\#foo", ["\\#foo"]), ("a b", ["a b"]), ("a\u{600}/../b", ["b"]),
    ])
    func `lines are cleaned`(text: String, expected: [String]) throws {
        let found = try filter(text).patterns.map { ($0.isException ? "!" : "") + $0.text }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("a\n!\n", ".dockerignore:2: "), ("! \t", ".dockerignore:1: "), ("x\n\n[a", ".dockerignore:3: "),
        ("a\\", ".dockerignore:1: "),
    ])
    func `a bad line is named`(text: String, start: String) {
        let error = #expect(throws: BuildError.self) { try filter(text) }
        #expect(error?.code == .syntax)
        #expect(error?.words.hasPrefix(start) == true)
    }

    @Test func `a line that is not UTF-8 is an error, unless it is a comment`() throws {
        #expect(throws: BuildError.self) { try IgnoreFilter(parsing: [0x61, 0xFF], name: "x") }
        #expect(try IgnoreFilter(parsing: [0x23, 0xFF, 0x0A, 0x61], name: "x").patterns.count == 1)
    }

    @Test func `excludes of COPY are patterns without a root`() throws {
        #expect(
            try IgnoreFilter(excluding: ["*.md", "!keep.md", "/x"]).patterns.map(\.text) == ["*.md", "keep.md", "/x"])
        let error = #expect(throws: BuildError.self) { try IgnoreFilter(excluding: ["[a"]) }
        #expect(error?.words.hasPrefix("--exclude=[a: ") == true)
    }
}

@Suite struct IgnoreMatcherTests {
    @Test(arguments: [
        ("foo", "foo", true), ("foo", "foo/bar", true), ("foo", "bar/foo", false), ("foo\n!foo/bar", "foo/bar", false),
        ("foo\n!foo/bar", "foo/baz", true), ("foo\n!foo/bar\nfoo/bar", "foo/bar", true), ("!foo\nfoo", "foo", true),
        ("foo\n!foo", "foo", false), ("foo\n!foo", "foo/a/b", false), ("*\n!keep", "keep", false),
        ("*\n!keep", "keep/inside", false), ("*\n!keep", "other", true), ("*\n!keep/this", "keep/that", true),
        ("*\n!keep/this", "keep/this/x", false), ("**/*.log\n!important.log", "a/important.log", true),
        ("**/*.log\n!**/important.log", "a/important.log", false),
        ("*.md\n!README*.md\nREADME-secret.md", "a.md", true),
        ("*.md\n!README*.md\nREADME-secret.md", "README.md", false),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true), ("*/temp*", "a/temporary", true),
        ("*/temp*", "a/temporary/deep", true), ("*/*/temp*", "a/temp", false), ("*/*/temp*", "a/b/temp.txt", true),
        ("a?", "ab/c", true), ("**/node_modules", "x/y/node_modules/z", true), ("", "foo", false),
        ("**", "anything/at/all", true), ("foo/**\n!foo/a/**", "foo/a/b", false), (".*\n!.env", ".env", false),
        // What moby does where patterns contradict each other: `ab` is not looked at for the directory, since it is
        // out already.
        ("a*\n!ab/x\nab", "ab/x", false),
        // A slash is one, whatever joins it to Swift's eyes.
        ("a/*", "a/\u{301}b", true), ("a\u{600}", "a\u{600}/b", true), ("a*", "b/\u{301}a", false),
    ])
    func `the last pattern that matches decides`(patterns: String, path: String, expected: Bool) throws {
        var matcher = try IgnoreMatcher(filter(patterns))
        let found = matcher.isExcluded(Array(path.utf8))
        #expect(found == expected)
    }

    @Test func `the root is never left out`() throws {
        var matcher = try IgnoreMatcher(filter("*\n**\n."))
        let isExcluded = matcher.isExcluded([])
        #expect(!isExcluded)
        #expect(!matcher.root.isExcluded)
    }

    @Test(arguments: [
        ("foo", "foo", false), ("foo\n!foo/bar", "foo", true), ("foo\n!bar/x", "foo", false),
        ("foo*\n!foo/bar\nf?o/**", "foo", true), ("*\n!a/b/c", "a", true), ("*\n!a/b/c", "b", false),
        ("*\n!**/x", "b", true), ("!foo/bar\nfoo", "foo", false), ("x\n!foo/bar\nfoo", "foo", false),
        ("foo\n!*/bar", "foo", true),
        ("foo\n!*.txt", "foo", false),
    ])
    func `a directory that is out is entered where a pattern may take something back`(
        patterns: String, directory: String, expected: Bool
    ) throws {
        var matcher = try IgnoreMatcher(filter(patterns))
        let path = Array(directory.utf8)
        let answer = matcher.answer(for: path, in: matcher.root)
        #expect(answer.isExcluded)
        let found = matcher.mayTakeBack(below: path, answer)
        #expect(found == expected)
    }
}
