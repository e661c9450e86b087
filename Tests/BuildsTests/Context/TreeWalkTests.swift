// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct TreeWalkTests {
    @Test func `a directory comes before what is in it, and names in the order of their bytes`() throws {
        let fixture = try ContextFixture("mkdir -p b/d B && touch a b.txt b/c b/d/e B/x Z && ln -s b link && mkfifo p")
        #expect(try fixture.walk(".") == ["B", "Z", "a", "b", "b.txt", "link", "p", "B/x", "b/c", "b/d", "b/d/e"])
        #expect(try fixture.walk("b") == ["c", "d", "d/e"])
    }

    @Test(arguments: [
        ("b", ["a", "c", "c/x", "c/y"]), ("*\n!c", ["c", "c/x", "c/y"]), ("*\n!c/x", ["+c", "c/x"]),
        ("b\n!b/d/e", ["a", "c", "+b", "+b/d", "b/d/e", "c/x", "c/y"]),
        ("**/x", ["a", "b", "c", "b/d", "b/d/e", "c/y"]),
        ("*", []), ("*\n!**/e", ["+b", "+b/d", "b/d/e"]), ("c\n!c/none", ["a", "b", "b/d", "b/d/e"]),
        ("*/*\n!c/?", ["a", "b", "c", "c/x", "c/y"]),
    ])
    func `an ignore file takes away and gives back`(lines: String, expected: [String]) throws {
        let fixture = try ContextFixture("mkdir -p b/d c && touch a b/d/e c/x c/y")
        #expect(try fixture.walk(".", ignoring: lines) == expected)
    }

    @Test func `patterns of an ignore file are below the root, those of excludes below the source`() throws {
        let fixture = try ContextFixture("mkdir -p b/d c && touch a b/a b/d/a b/d/x c/a")
        #expect(try fixture.walk("b", ignoring: "b/d/a") == ["a", "d", "d/x"])
        #expect(try fixture.walk("b", ignoring: "d") == ["a", "d", "d/a", "d/x"])
        #expect(try fixture.walk("b", excludes: ["d/a"]) == ["a", "d", "d/x"])
        #expect(try fixture.walk("b", excludes: ["b/d/a"]) == ["a", "d", "d/a", "d/x"])
        #expect(try fixture.walk(".", excludes: ["**/a", "!c/a"]) == ["b", "c", "b/d", "b/d/x", "c/a"])
        #expect(try fixture.walk("b", ignoring: "b/a", excludes: ["d", "!d/x"]) == ["+d", "d/x"])
        #expect(try fixture.walk("b/*/a", keepsParents: true, excludes: ["b/d/a"]) == [])
        #expect(try fixture.walk("*/a", keepsParents: true, excludes: ["b"]) == ["+c", "c/a"])
    }

    @Test func `a directory that the ignore file leaves out is walked for what it takes back`() throws {
        let fixture = try ContextFixture("mkdir -p b/d && touch b/x b/d/y")
        #expect(try fixture.walk("b", ignoring: "b\n!b/d/y") == ["+d", "d/y"])
    }

    @Test func `sockets are not there`() throws {
        let fixture = try ContextFixture(
            "touch a; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"s\")' && test -S s")
        #expect(try fixture.walk(".") == ["a"])
    }

    @Test func `names of any bytes and deep directories are walked`() throws {
        let fixture = try ContextFixture(
            "printf x > $'a\\xff\\nb'; p=d; for i in $(seq 300); do p=$p/d; done; mkdir -p $p && touch $p/end")
        let found = try fixture.walk(".")
        #expect(found.count == 303)
        #expect(found.last?.hasSuffix("/d/end") == true)
    }

    @Test func `many names are in order`() throws {
        let fixture = try ContextFixture(
            "seq -f 'a file of some length called %05g' 5000 | shuf | xargs -d '\\n' touch")
        let found = try fixture.walk(".")
        #expect(found.count == 5000)
        #expect(found == found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
}
