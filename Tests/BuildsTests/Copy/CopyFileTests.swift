// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

/// COPY of single files, and where a destination leads.
@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct CopyFileTests {
    static let file = "echo data > f; chmod 640 f; touch -d '@1500000000.123456789' f"

    @Test(
        arguments: CopyRoot.allCases,
        [("/new", "new"), ("/d/", "d/f"), ("/d", "d/f"), ("/a/b/c", "a/b/c"), ("/a/b/", "a/b/f")])
    func `a file goes to the destination, or into it where that is a directory`(
        _ kind: CopyRoot, _ places: (destination: String, file: String)
    ) throws {
        let fixture = try CopyFixture(kind, context: Self.file, base: "mkdir d")
        try fixture.copy(["f"], to: places.destination)
        #expect(try fixture.look("cat \(places.file); find . -type f") == "data\n./\(places.file)\n")
        #expect(
            try fixture.look("stat -c '%a %u:%g' \(places.file); find \(places.file) -printf '%T@\\n'")
                == "640 0:0\n1500000000.1234567890\n")
    }

    @Test(arguments: CopyRoot.allCases) func `directories on the way are 0755 and made now`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: Self.file)
        try fixture.copy(["f"], to: "/a/b/c")
        #expect(try fixture.look("stat -c '%n %a %u:%g %Y' a a/b") == "a 755 0:0 1700000000\na/b 755 0:0 1700000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a file replaces a file with everything it has`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: Self.file,
            base: "echo old > x; chmod 4777 x; chown 9:9 x; setfattr -n user.old -v 1 x; ln x other")
        try fixture.copy(["f"], to: "/x")
        #expect(try fixture.look("cat x other; stat -c '%a %u:%g %h' x; getfattr -d x") == "data\nold\n640 0:0 1\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a pattern may select nothing, and makes nothing then`(_ kind: CopyRoot)
        throws
    {
        let fixture = try CopyFixture(kind, context: "touch a.txt")
        try fixture.copy(["*.md"], to: "/app/")
        #expect(try fixture.list() == "")
        #expect(fixture.refusal(["b.txt"], to: "/app/").hasPrefix("b.txt is not in the context"))
    }

    @Test(arguments: CopyRoot.allCases) func `what a pattern selects goes by its own name`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind,
            context: "echo 1 > a.txt; echo 2 > b.txt; mkdir c.d; echo 3 > c.d/in; ln -s a.txt l.txt; ln -s c.d m.d")
        try fixture.copy(["*.txt"], to: "/app/")
        #expect(try fixture.list() == "app d 755\napp/a.txt f 644\napp/b.txt f 644\napp/l.txt f 644\n")
        // Of a directory it is what is in it.
        try fixture.copy(["[cm].d"], to: "/dir/")
        #expect(try fixture.list("dir") == "in f 644\n")
    }

    @Test(arguments: CopyRoot.allCases) func `links of the source's path are followed`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir -p real/deep; echo x > real/deep/f; ln -s /real top; ln -s deep/f real/l; ln -s top/deep d")
        try fixture.copy(["top/l"], to: "/a/")
        try fixture.copy(["d"], to: "/b/")
        #expect(try fixture.look("cat a/l b/f; stat -c %F a/l") == "x\nx\nregular file\n")
    }

    @Test(arguments: CopyRoot.allCases) func `links on the destination's way are followed in the tree`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "echo x > f; mkdir d; echo y > d/g",
            base:
                "mkdir -p usr/lib var; ln -s usr/lib lib; ln -s /var/run run; ln -s ../usr/lib/link var/link; ln -s /usr/lib/to usr/lib/link"
        )
        try fixture.copy(["f"], to: "/lib/")
        try fixture.copy(["d"], to: "/lib")
        // Where a link leads to nothing, that is made.
        try fixture.copy(["d"], to: "/run/deep/")
        try fixture.copy(["f"], to: "/var/link")
        #expect(
            try fixture.look("find . ! -type d -printf '%p %y %l\\n' | LC_ALL=C sort; cat usr/lib/to")
                == """
                ./lib l usr/lib
                ./run l /var/run
                ./usr/lib/f f \("")
                ./usr/lib/g f \("")
                ./usr/lib/link l /usr/lib/to
                ./usr/lib/to f \("")
                ./var/link l ../usr/lib/link
                ./var/run/deep/g f \("")
                x

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `links that go in circles are told`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: "echo x > f", base: "ln -s b a; ln -s a b")
        #expect(fixture.refusal(["f"], to: "/a/x") == "/a/x leads to nothing: its links go in circles")
    }

    @Test(arguments: CopyRoot.allCases) func `nothing gets out of the tree`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: "echo x > f; mkdir -p d/sub; echo x > d/sub/f; echo x > d/g")
        let outside = fixture.path + "/outside"
        try fixture.shell(
            "echo keep > precious; chmod 600 precious; ln -s \(outside) base/abs; ln -s ../outside base/rel")
        try fixture.shell(
            "ln -s ../../../../../../../../../..\(outside) base/up; ln -s \(fixture.path)/precious base/file")
        for link in ["abs", "rel", "up"] {
            try fixture.copy(["f", "d"], to: "/\(link)/")
            try fixture.copy(["d"], to: "/\(link)/../\(link)")
        }
        try fixture.copy(["f"], to: "/file")
        try fixture.copy(["f"], to: "/../../../..\(outside)/f")
        #expect(try fixture.shell("ls -A outside; cat precious; stat -c '%a %h' precious") == "keep\n600 1\n")
        // It is all inside, where the links lead in the tree.
        #expect(
            try fixture.look("cat .\(outside)/f outside/f .\(fixture.path)/precious; ls -A .\(outside)/sub")
                == "x\nx\nx\nf\n")
    }

    @Test func `a link of the context that leads out of it is not followed`() throws {
        let fixture = try CopyFixture(
            context:
                "ln -s /etc/passwd abs; ln -s ../../../../../../etc/passwd rel; ln -s / top; echo own > own; mkdir d; ln -s ../.. d/up"
        )
        #expect(fixture.refusal(["abs"], to: "/a").hasPrefix("abs is not in the context"))
        #expect(fixture.refusal(["rel"], to: "/a").hasPrefix("rel is not in the context"))
        #expect(fixture.refusal(["top/etc/passwd"], to: "/a").hasPrefix("top/etc/passwd is not in the context"))
        // The root of the context is where they end.
        try fixture.copy(["top/own"], to: "/a")
        try fixture.copy(["d/up/own"], to: "/b")
        #expect(try fixture.look("cat a b") == "own\nown\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a here-document is a file of 0644, made now`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, base: "mkdir d; chmod 777 d; echo old > x")
        for (destination, mode) in [("/d/", nil), ("/x", "u+x"), ("/y", "700")] {
            let operation = CopyOperation(
                sources: [.inline(InlineFile(name: "EOT", contents: "text\n"))], destination: destination, owner: "4",
                mode: mode)
            var copier = try FileCopier(
                operation, into: try fixture.root(), upper: try fixture.upper(), now: CopyFixture.now)
            try copier.add(InlineFile(name: "EOT", contents: "text\n"))
            _ = try copier.finish()
        }
        #expect(
            try fixture.look("cat d/EOT x y; stat -c '%a %u:%g %Y' d/EOT x y")
                == "text\ntext\ntext\n644 4:4 1700000000\n744 4:4 1700000000\n700 4:4 1700000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `what was fetched has the mode and time that it is given`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, context: Self.file)
        for (mode, destination) in [(nil, "/d/"), ("g=u", "/e")] {
            let operation = CopyOperation(
                sources: [.url("https://example.com/data", checksum: nil)], destination: destination, mode: mode,
                isAdd: true)
            var copier = try FileCopier(
                operation, into: try fixture.root(), upper: try fixture.upper(), now: CopyFixture.now)
            let file = FetchedFile(
                name: "data", contents: try Descriptor.open(fixture.path + "/context/f", .readOnly),
                modified: FileTime(seconds: 1_600_000_000, nanoseconds: 0))
            try copier.add(file)
            _ = try copier.finish()
        }
        #expect(
            try fixture.look("cat d/data e; stat -c '%a %u:%g %Y' d/data e")
                == "data\ndata\n600 0:0 1600000000\n660 0:0 1600000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a repository is copied whole`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p src doc; echo a > src/a; echo b > doc/b; chmod 755 src/a")
        let operation = CopyOperation(
            sources: [.git("https://example.com/x.git", keepsDirectory: false, checksum: nil)], destination: "/src",
            owner: "1:2", excludes: ["doc"], isAdd: true)
        var copier = try FileCopier(
            operation, into: try fixture.root(), upper: try fixture.upper(), now: CopyFixture.now)
        let tree = try fixture.tree()
        try copier.add(checkout: tree)
        _ = try copier.finish()
        #expect(
            try fixture.look("find src -mindepth 1 -printf '%P %m %U:%G\\n' | sort") == "src 755 1:2\nsrc/a 755 1:2\n")
    }
}
