// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct PathSelectorTests {
    private let fixture: ContextFixture

    init() throws {
        fixture = try ContextFixture(
            """
            mkdir -p src/lib src/bin docs .hidden 'odd[1]' deep/a/b deep/c/b
            touch a.txt b.txt ab.md README.md src/main.c src/lib/x.c src/lib/y.c src/bin/z.c docs/x.md 'odd[1]/f'
            touch 'star*' deep/a/b/f deep/c/b/g deep/c/h .hidden/k
            ln -s src/lib lib && ln -s /src/main.c main && ln -s ../../../../a.txt src/out && ln -s nowhere dangling
            ln -s loop loop && ln -s lib lib2 && ln -s /etc/passwd passwd && ln -s ../lib/x.c src/x && ln -s .. src/up
            """)
    }

    @Test(arguments: [
        ("a.txt", ["a.txt"]), ("/a.txt", ["a.txt"]), ("./a.txt", ["a.txt"]), ("../../a.txt", ["a.txt"]),
        (".", [""]), ("/", [""]), ("", [""]), ("src/", ["src"]), ("src/../docs", ["docs"]), ("src//lib", ["src/lib"]),
        // Links, at the end and on the way, never leave the root.
        ("lib", ["src/lib"]), ("lib/x.c", ["src/lib/x.c"]), ("main", ["src/main.c:main"]),
        ("src/out", ["a.txt:out"]), ("lib2", ["src/lib:lib2"]), ("src/up/docs", ["docs"]), ("src/up", [":up"]),
        // Lexically, as Go cleans a path.
        ("lib/../a.txt", ["a.txt"]),
        // Slashes that are part of another character to Swift.
        ("src\u{600}/../../../a.txt", ["a.txt"]), ("\u{301}/../../../src", ["src"]),
    ])
    func `a path leads to one place`(source: String, expected: [String]) throws {
        #expect(try fixture.select(source) == expected)
    }

    @Test(arguments: [
        ("*.txt", ["a.txt", "b.txt"]), ("?.txt", ["a.txt", "b.txt"]), ("[a]*", ["a.txt", "ab.md"]),
        ("[^a]*.txt", ["b.txt"]), ("src/*/*.c", ["src/bin/z.c", "src/lib/x.c", "src/lib/y.c"]), ("*.none", []),
        ("s*/main.c", ["src/main.c"]), ("*/x.md", ["docs/x.md"]), ("deep/*/b", ["deep/a/b", "deep/c/b"]),
        ("d[eo]*", ["deep", "docs"]), ("odd[[]1]/*", ["odd[1]/f"]), ("star[*]", ["star*"]),
        // `**` is no more than `*` here.
        ("src/**/x.c", ["src/lib/x.c"]), ("**/x.c", []),
        // Links are followed where they are matched, or in front of the pattern, not on the way through it.
        ("mai*", ["src/main.c:main"]), ("lib/*.c", ["src/lib/x.c", "src/lib/y.c"]), ("li?/*.c", []),
        ("a.txt/*", []), ("./*.txt", ["a.txt", "b.txt"]), ("../*.txt", ["a.txt", "b.txt"]), ("*/../b.txt", ["b.txt"]),
        (".hid*", [".hidden"]),
    ])
    func `a pattern selects what matches, part by part`(source: String, expected: [String]) throws {
        #expect(try fixture.select(source) == expected)
    }

    @Test func `a backslash in a path without a pattern is part of a name`() throws {
        try fixture.shell("touch 'star\\*'")
        #expect(try fixture.select("star\\*") == ["star\\*"])
        #expect(try fixture.select("star\\*?") == [])
        #expect(try fixture.select("sta[r]\\*") == ["star*"])
    }

    @Test(arguments: [
        ("a.tx", "a.tx is not in the context; did you mean a.txt?"),
        ("src/mian.c", "src/mian.c is not in the context; did you mean src/main.c?"),
        ("/src/mian.c", "/src/mian.c is not in the context; did you mean src/main.c?"),
        ("sr/main.c", "sr/main.c is not in the context: there is no sr; did you mean src?"),
        ("zzzzzz", "zzzzzz is not in the context"),
        ("nothing/*.c", "nothing/*.c is not in the context: there is no nothing"),
        ("dangling", "dangling is not in the context: there is no nowhere"),
        ("dang*", "dangling is not in the context: there is no nowhere"),
        ("passwd", "passwd is not in the context: there is no etc"),
        ("loop", "loop leads to nothing in the context: its links go in circles"),
        ("a.txt/b", "a.txt/b is not in the context: a.txt is no directory"),
        ("src/*/[", "\"[\" is no pattern: a \"[\" of it has no \"]\""),
    ])
    func `what is not there is an error that helps`(source: String, words: String) {
        let error = #expect(throws: BuildError.self) { try fixture.select(source) }
        #expect(error?.words == words)
    }

    @Test func `what an ignore file hides is not there, and the message says why`() throws {
        let lines = "*.txt\ndocs\n!docs/x.md\nlib\nsrc/bin"
        #expect(try fixture.select("*.txt", ignoring: lines) == [])
        #expect(try fixture.select("docs", ignoring: lines) == ["docs"])
        #expect(try fixture.select("docs/x.md", ignoring: lines) == ["docs/x.md"])
        #expect(try fixture.select("src/*/*.c", ignoring: lines) == ["src/lib/x.c", "src/lib/y.c"])
        let error = #expect(throws: BuildError.self) { try fixture.select("a.txt", ignoring: lines) }
        #expect(error?.code == .missing)
        #expect(
            error?.words
                == "a.txt is not in the context: a.txt is there, but the ignore file leaves it out: take it back in with "
                + "a line !a.txt")
        // A link that is left out leads nowhere, and neither does one to what is left out.
        #expect(throws: BuildError.self) { try fixture.select("lib/x.c", ignoring: lines) }
        #expect(throws: BuildError.self) { try fixture.select("src/out", ignoring: lines) }
        // Hidden names are not proposed.
        let other = #expect(throws: BuildError.self) { try fixture.select("c.txt", ignoring: lines) }
        #expect(other?.words == "c.txt is not in the context")
    }

    @Test func `parents are kept from the pivot on`() throws {
        #expect(try fixture.walk("src/lib/x.c", keepsParents: true) == ["+src", "+src/lib", "src/lib/x.c"])
        #expect(try fixture.walk("src/./lib/x.c", keepsParents: true) == ["+lib", "lib/x.c"])
        #expect(
            try fixture.walk("src/**/*.c", keepsParents: true)
                == ["+src", "src/main.c", "+src/bin", "src/bin/z.c", "+src/lib", "src/lib/x.c", "src/lib/y.c"])
        #expect(try fixture.walk("docs", keepsParents: true) == ["docs", "docs/x.md"])
        #expect(try fixture.walk("deep/*/./b/*", keepsParents: true) == ["+b", "b/f", "+b", "b/g"])
        #expect(try fixture.walk("none/*.x", keepsParents: true) == [])
        #expect(try fixture.walk("./src/main.c", keepsParents: true) == ["+src", "src/main.c"])
        #expect(try fixture.walk("deep/a/b", keepsParents: true) == ["+deep", "+deep/a", "deep/a/b", "deep/a/b/f"])
    }

    @Test func `a path without a pattern has to be there with its parents too`() {
        let error = #expect(throws: BuildError.self) { try fixture.select("src/none.c", keepsParents: true) }
        #expect(error?.code == .missing)
        #expect(throws: BuildError.self) { try fixture.select("src/./none.c", keepsParents: true) }
    }

    @Test func `one file or directory is found for a mount`() throws {
        let tree = try fixture.tree()
        var selector = try PathSelector(filter: nil)
        #expect(try selector.path("/lib/x.c", in: tree).place == "src/lib/x.c")
        #expect(throws: BuildError.self) { try selector.path("*.txt", in: tree) }
    }
}
