// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

@Suite struct CopyPlanningTests {
    private func copies(_ instructions: String) throws -> [CopyOperation] {
        try planned("FROM base\nWORKDIR /w\nENV v=val\n\(instructions)").copies
    }
    private func refused(_ instruction: String) -> String {
        refusal("FROM base\nENV v=val u=https://a/b\n\(instruction)")
    }

    @Test(arguments: [
        ("/a", "/a"), ("/a/", "/a/"), ("a", "/w/a"), ("a/", "/w/a/"), (".", "/w/"), ("./", "/w/"), ("..", "/"),
        ("/", "/"),
        ("/a/./b/../c", "/a/c"), ("/a/.", "/a/"), ("../../../x", "/x"), ("$v/", "/w/val/"), ("\"\"", "/w/"),
    ])
    func `a destination is absolute, and keeps the slash that makes it a directory`(written: String, path: String)
        throws
    {
        #expect(try copies("COPY x \(written)").map(\.destination) == [path])
    }

    @Test func `a directory that is the root is one`() throws {
        #expect(try planned("FROM scratch\nCOPY x .").copies[0].destination == "/")
    }

    @Test(arguments: [
        ("a", "/a"), ("./a/", "/a"), ("/a", "/a"), ("../../a", "/a"), (".", "/"), ("/", "/"), ("*.c", "/*.c"),
        ("$v/[a-z]?", "/val/[a-z]?"), ("\"a b\"", "/a b"), ("ftp://a", "/ftp:/a"), ("a:b", "/a:b"), ("@a:b", "/@a:b"),
    ])
    func `a source is below the root of its tree`(written: String, path: String) throws {
        #expect(
            try copies("COPY \(written.contains(" ") ? "[\"a b\", \"d/\"]" : "\(written) d/")").map(\.sources) == [
                [.path(path, of: .context(""))]
            ])
    }

    @Test(arguments: [
        ("a/b", "/./a/b"), ("a/./b/c", "/a/./b/c"), ("./a", "/./a"), ("/x/../a/././b/", "/a/./b"),
        ("**/*.c", "/./**/*.c"),
        (".", "/./"), ("a/./", "/a/./"),
    ])
    func `where parents are kept, a mark says from where on`(written: String, path: String) throws {
        #expect(try copies("COPY --parents \(written) d/").map(\.sources) == [[.path(path, of: .context(""))]])
    }

    @Test func `all flags of COPY`() throws {
        let copies = try copies(
            "COPY --chown=$v:g --chmod=0${none}755 --link --exclude=*.$v --exclude=b a b d/\n"
                + "COPY --link --chown=1 a d\nCOPY --parents --chmod=u=rwX,go=rX a d\nCOPY --chown=$none --chmod=$none a d\n"
        )
        #expect(
            copies == [
                CopyOperation(
                    sources: [.path("/a", of: .context("")), .path("/b", of: .context(""))], destination: "/w/d/",
                    owner: "val:g", mode: "0755", isLink: false, excludes: ["*.$v", "b"]),
                CopyOperation(
                    sources: [.path("/a", of: .context(""))], destination: "/w/d", owner: "1", isLink: true),
                CopyOperation(
                    sources: [.path("/./a", of: .context(""))], destination: "/w/d", mode: "u=rwX,go=rX",
                    keepsParents: true),
                CopyOperation(sources: [.path("/a", of: .context(""))], destination: "/w/d"),
            ])
        #expect(
            refused("COPY --chmod=9 a b")
                == "3: --chmod=9 is no mode: write octal digits up to 7777, or changes such as u=rwX,go=rX")
        #expect(refused("COPY --chmod=$v a b").hasPrefix("3: --chmod=val is no mode"))
    }

    @Test func `the history has paths as they are written, with variables expanded`() throws {
        let plan = try planned(
            "FROM base AS b\nFROM base\nWORKDIR /w\nENV v=val\n"
                + "COPY --from=b --link --chown=u --chmod=755 --exclude=x ./a $v d/\nADD --chown=u a.tar .\n"
                + "COPY --parents a/./b /\nCOPY <<A x <<\"B\" /d/\none $v\nA\ntwo $v\nB\n")
        #expect(
            plan.history.suffix(4) == [
                "COPY --chown=u --chmod=755 ./a val d/ # buildkit", "ADD --chown=u a.tar . # buildkit",
                "COPY --parents a/./b / # buildkit", "COPY x <<A <<B /d/ # buildkit",
            ])
        #expect(
            plan.titles.suffix(4) == [
                "[stage-1 3/6] COPY --from=b --link --chown=u --chmod=755 --exclude=x ./a val d/",
                "[stage-1 4/6] ADD --chown=u a.tar .", "[stage-1 5/6] COPY --parents a/./b /",
                "[stage-1 6/6] COPY <<A x <<B /d/",
            ])
        #expect(
            plan.copies[3].sources == [
                .path("/x", of: .context("")), .inline(InlineFile(name: "A", contents: "one val\n")),
                .inline(InlineFile(name: "B", contents: "two $v\n")),
            ])
    }

    @Test func `the body of a here-document keeps its quotes`() throws {
        let text = "COPY <<E <<-'F' /d/\n\"$v\" '$v' \\$v ${v%l}\nE\n\t\\$v\n\tF\n"
        #expect(
            try copies(text)[0].sources == [
                .inline(InlineFile(name: "E", contents: "\"val\" 'val' $v va\n")),
                .inline(InlineFile(name: "F", contents: "\\$v\n")),
            ])
        #expect(
            refused("COPY <<\"/etc/x\" /\na\n/etc/x")
                == "3: \"/etc/x\" is no name of a file: write a word without slashes behind <<")
    }

    @Test func `ADD unpacks as it is told, and takes the context's files`() throws {
        #expect(
            try copies("ADD a /b/\nADD --unpack=false a /b/\nADD --unpack a /b/\n").map(\.unpacks) == [
                nil, false, true,
            ])
        #expect(try copies("ADD a /b/").map(\.isAdd) == [true])
    }

    @Test func `ADD fetches addresses and repositories`() throws {
        let sum = "sha256:" + String(repeating: "a", count: 64)
        #expect(
            try copies(
                "ADD https://a/b.tar http://a/b?x.git#c /d/\nADD --checksum=\(sum) https://a/b /d/\n"
                    + "ADD https://a/b.git#main:sub git@h:o/r.git ssh://g@h/r git://h/r git@h:o/r https://a/b.git?ref=x /d/\n"
                    + "ADD --keep-git-dir --checksum=abc123 https://a/b.git /d/\nADD --keep-git-dir=false https://a/b /d/\n"
            ).map(\.sources) == [
                [.url("https://a/b.tar", checksum: nil), .url("http://a/b?x.git#c", checksum: nil)],
                [.url("https://a/b", checksum: sum)],
                [
                    .git("https://a/b.git#main:sub", keepsDirectory: false, checksum: nil),
                    .git("git@h:o/r.git", keepsDirectory: false, checksum: nil),
                    .git("ssh://g@h/r", keepsDirectory: false, checksum: nil),
                    .git("git://h/r", keepsDirectory: false, checksum: nil),
                    .git("git@h:o/r", keepsDirectory: false, checksum: nil),
                    .git("https://a/b.git?ref=x", keepsDirectory: false, checksum: nil),
                ],
                [.git("https://a/b.git", keepsDirectory: true, checksum: "abc123")],
                [.git("https://a/b", keepsDirectory: false, checksum: nil)],
            ])
    }

    @Test func `a checksum is of one thing that is fetched`() {
        #expect(
            refused("ADD --checksum=abc https://a/b /c")
                == "3: --checksum=abc is no digest: write sha256: and 64 hexadecimal digits")
        #expect(
            refused("ADD --checksum=xyz https://a/b.git /c")
                == "3: --checksum=xyz is no commit: write its id, or the first digits of it")
        #expect(
            refused("ADD --checksum=abc a /c")
                == "3: --checksum is for a URL or a repository; files of the context need none")
        #expect(
            refused("ADD --checksum=abc https://a/b https://a/c /c/")
                == "3: --checksum is for one source: write an ADD for each")
        #expect(
            refused("ADD --checksum=abc <<E /c\nE")
                == "3: --checksum is for a URL or a repository; a here-document needs none")
    }

    @Test func `COPY fetches nothing, also where a variable says so`() {
        #expect(refused("COPY $u /c") == "3: COPY cannot fetch https://a/b: write ADD, or copy a file of the context")
        #expect(refused("COPY https://a/b /c").contains("COPY cannot fetch https://a/b"))
    }

    @Test func `variables are not for --from`() {
        #expect(refused("COPY --from=$v a /").contains("--from cannot have variables"))
    }
}
