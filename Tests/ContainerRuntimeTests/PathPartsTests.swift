// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import ContainerRuntime

/// Slashes that are part of another character to Swift, and none to the kernel.
@Suite("A path is taken apart as the kernel does")
struct PathPartsTests {
    @Test("whatever stands beside its slashes")
    func parts() {
        #expect("/a//b/".pathParts == ["a", "b"])
        #expect("a\u{600}/../b".pathParts == ["a\u{600}", "..", "b"])
        #expect("../\u{301}a".pathParts == ["..", "\u{301}a"])
        #expect("".pathParts == [])
    }

    @Test("and so is its beginning")
    func beginning() {
        #expect("/run/\u{301}a".rest(after: "/run/") == "\u{301}a")
        #expect("/run/e\u{301}".rest(after: "/run/\u{E9}") == nil)
        #expect("/run".rest(after: "/run/") == nil)
        #expect("\u{301}".isRooted == false && "/\u{301}".isRooted)
    }

    @Test("and so is its end")
    func end() throws {
        let accented = try #require("/a/\u{301}b".atLastSlash)
        #expect(accented == ("/a", "\u{301}b"))
        #expect(try #require("/a".atLastSlash) == ("", "a"))
        #expect(try #require("a/".atLastSlash) == ("a", ""))
        #expect("a".atLastSlash == nil)
    }

    @Test("for a cgroup, which does not leave the tree", arguments: ["../\u{301}a", "a\u{600}/..", "/\u{301}/../x"])
    func cgroup(_ path: String) {
        #expect(throws: CgroupError.self) { try CgroupPath(path, id: "box", own: "/") }
    }

    @Test("for a cgroup whose path begins with an accented slash")
    func absoluteCgroup() throws {
        #expect(try CgroupPath("/\u{301}a", id: "box", own: "/one/two").names == ["\u{301}a"])
    }

    @Test("for a mount, which does not come to lie in /proc (CVE-2019-16884)")
    func mount() {
        #expect(AbsolutePath.cleaned("/a\u{600}/../proc/self") == "/proc/self")
        #expect(AbsolutePath.cleaned("/a/..\u{301}/b") == "/a/..\u{301}/b")
    }
}
