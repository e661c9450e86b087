// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct GitReferenceTests {
    @Test(arguments: [
        ("https://example.com/foo.git", GitReference(remote: "https://example.com/foo.git")),
        ("https://example.com/foo.git#deadbeef", GitReference(remote: "https://example.com/foo.git", name: "deadbeef")),
        (
            "https://example.com/foo.git#release/1.2",
            GitReference(remote: "https://example.com/foo.git", name: "release/1.2")
        ),
        (
            "https://example.com/bar.git#baz/qux:quux/quuz",
            GitReference(remote: "https://example.com/bar.git", name: "baz/qux", subdirectory: "quux/quuz")
        ),
        (
            "https://example.com/docker.git#:my%20folder",
            GitReference(remote: "https://example.com/docker.git", subdirectory: "my folder")
        ),
        ("https://example.com/foo.git#", GitReference(remote: "https://example.com/foo.git")),
        ("git://example.com/foo", GitReference(remote: "git://example.com/foo")),
        ("ssh://git@example.com:22/foo#v1", GitReference(remote: "ssh://git@example.com:22/foo", name: "v1")),
        ("github.com/moby/buildkit", GitReference(remote: "https://github.com/moby/buildkit")),
        (
            "github.com/moby/buildkit#v1:docs",
            GitReference(remote: "https://github.com/moby/buildkit", name: "v1", subdirectory: "docs")
        ),
        ("git@example.com:moby/buildkit", GitReference(remote: "git@example.com:moby/buildkit")),
        (
            "git@example.com:moby/buildkit.git#v1:a",
            GitReference(remote: "git@example.com:moby/buildkit.git", name: "v1", subdirectory: "a")
        ),
        (
            "https://example.com/docker.git?ref=v1.0.0&subdir=/subdir",
            GitReference(remote: "https://example.com/docker.git", name: "v1.0.0", subdirectory: "/subdir")
        ),
        ("https://example.com/a.git?ref=v1#v1", GitReference(remote: "https://example.com/a.git", name: "v1")),
        ("https://example.com/a.git?tag=v1", GitReference(remote: "https://example.com/a.git", name: "refs/tags/v1")),
        (
            "https://example.com/a.git?branch=refs/heads/x",
            GitReference(remote: "https://example.com/a.git", name: "refs/heads/x")
        ),
        (
            "https://example.com/a.git?commit=abc123",
            GitReference(remote: "https://example.com/a.git", name: "abc123", checksum: "abc123")
        ),
        ("git@example.com:a?checksum=ab&ref=v1", GitReference(remote: "git@example.com:a", name: "v1", checksum: "ab")),
        ("https://example.com/a.git?ref=a%2Fb", GitReference(remote: "https://example.com/a.git", name: "a/b")),
    ])
    func `an address says which repository and what of it`(text: String, expected: GitReference) throws {
        #expect(try GitReference(parsing: text) == expected)
    }

    @Test func `a query says how it is checked out`() throws {
        let reference = try GitReference(
            parsing: "https://example.com/a.git?keep-git-dir&submodules=false&mtime=commit&fetch-by-commit=1&commit=ab")
        #expect(reference.keepsDirectory == true)
        #expect(!reference.hasSubmodules)
        #expect(reference.usesCommitTime)
        #expect(reference.fetchesByCommit)
        #expect(try GitReference(parsing: "https://example.com/a.git?keep-git-dir=0").keepsDirectory == false)
        #expect(try GitReference(parsing: "https://example.com/a.git").keepsDirectory == nil)
    }

    @Test(arguments: [
        "https://example.com/", "https://example.com/foo", "https://example.com/foo.git/",
        "https://example.com/foo.git.bar",
        "custom.xyz/moby/buildkit.git", "./.git", ".git", "file:///srv/a.git", "http://example.com/docker.git:#branch",
        "https://example.com/a.git?ref=a#b", "https://example.com/a.git?ref=a&ref=b", "https://example.com/a.git?ref=",
        "https://example.com/a.git?what=1", "https://example.com/a.git?submodules=maybe",
        "https://example.com/a.git?mtime=x",
        "https://example.com/a.git?tag=a&branch=b", "https://example.com/a.git?tag=a&ref=b",
        "https://example.com/a.git#--upload-pack=x", "https://example.com/a.git?ref=-x",
        "https://example.com/a.git#%zz",
        "https://example.com/a.git#%00",
    ])
    func `what is no repository, or says two things, is an error`(text: String) {
        let error = #expect(throws: BuildError.self) { try GitReference(parsing: text) }
        #expect(error?.words.contains(text) == true)
    }

    @Test func `a web address can be one of a repository where that was said`() throws {
        #expect(try GitReference(parsing: "https://example.com/foo#v1", isRepository: true).name == "v1")
    }

    @Test func `nor is it in an error`() {
        let error = #expect(throws: BuildError.self) {
            try GitReference(parsing: "https://user:secret@example.com/a.git?what=1")
        }
        #expect(error?.words.contains("secret") == false)
    }

    @Test(arguments: [
        ("https://user:secret@example.com/a.git", "https://example.com/a.git"),
        ("https://token@example.com/a.git", "https://example.com/a.git"), ("git@example.com:a", "git@example.com:a"),
        ("ssh://git@example.com/a", "ssh://git@example.com/a"),
        ("https://example.com/a@b.git", "https://example.com/a@b.git"),
        ("https://user:\u{600}@example.com/a.git", "https://example.com/a.git"),
    ])
    func `a password is in no message`(text: String, expected: String) throws {
        #expect(try GitReference(parsing: text).shown == expected)
    }
}
