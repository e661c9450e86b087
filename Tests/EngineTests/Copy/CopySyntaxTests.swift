// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

/// The two sides of `cp`, and what a path's end says.
@Suite struct CopySyntaxTests {
    @Test(
        arguments: [
            ("-", .stream), ("web:/etc", .container("web", path: "/etc")), ("web:x:y", .container("web", path: "x:y")),
            ("/a:b", .host("/a:b")), ("./a:b", .host("./a:b")), ("../a:b", .host("../a:b")), ("a", .host("a")),
        ] as [(String, CopyArgument)])
    func aSideIsReadAsDockerDoes(_ text: String, _ side: CopyArgument) throws {
        #expect(try CopyArgument(parsing: text) == side)
    }

    @Test(arguments: ["", ":/etc", "web:"]) func halfASideIsRefused(_ text: String) {
        #expect(refusal(text, CopyArgument.init(parsing:)) != nil)
    }

    @Test(arguments: [
        ("/a/b", "b", "/a", false, false), ("a", "a", ".", false, false), ("/a", "a", "/", false, false),
        ("a/b/", "b", "a", true, false), ("/a/.", "a", "/a", true, true), (".", "", ".", true, true),
        ("/", "", "/", true, true), ("..", "", ".", true, true), ("/a/..", "", "/a", true, true),
        ("/a/../b", "b", "/a/..", false, false),
    ])
    func anEndOfAPathIsTaken(_ text: String, _ name: String, _ parent: String, _ isDirectory: Bool, _ isContents: Bool)
    {
        let path = CopyPath(text, isInContainer: false)
        #expect(path.name == name)
        #expect(path.parent.text == parent)
        #expect(path.isDirectory == isDirectory)
        #expect(path.isContents == isContents)
    }

    @Test func aPathOfAContainerBeginsAtItsRoot() {
        #expect(CopyPath("etc/x", isInContainer: true).text == "/etc/x")
        #expect(CopyPath("/a/b", isInContainer: true).following("c").text == "/a/c")
        #expect(CopyPath("/b", isInContainer: true).following("c").text == "/c")
        #expect(CopyPath("/a/b", isInContainer: true).following("/c").text == "/c")
        #expect(CopyPath("/a/b//./", isInContainer: true).withoutSlashes.text == "/a/b")
    }
}
