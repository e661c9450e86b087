// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

/// ADD of local archives.
@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct CopyArchiveTests {
    static let archive =
        "mkdir -p d/sub; echo in > d/sub/f; chmod 600 d/sub/f; chown 5:6 d/sub; touch -d @1500000000 d/sub d/sub/f; "
        + "tar -C d -cf a.tar --numeric-owner sub; gzip -c a.tar > a.odd; rm -r d"

    @Test(arguments: CopyRoot.allCases, ["a.tar", "a.odd"]) func `a local archive is unpacked, whatever it is called`(
        _ kind: CopyRoot, _ name: String
    ) throws {
        let fixture = try CopyFixture(
            kind, context: Self.archive, base: "mkdir -m 711 there; mkdir -p there/sub; touch there/sub/old")
        try fixture.copy([name], to: "/new/deep", isAdd: true)
        try fixture.copy([name], to: "/there", isAdd: true)
        for place in ["new/deep", "there"] {
            #expect(
                try fixture.look("cd \(place); stat -c '%n %a %u:%g %Y' sub sub/f; cat sub/f")
                    == "sub 755 5:6 1500000000\nsub/f 600 0:0 1500000000\nin\n")
        }
        #expect(try fixture.look("stat -c %a new new/deep there; ls there/sub") == "755\n755\n711\nf\nold\n")
    }

    @Test(arguments: CopyRoot.allCases) func `--chown is for entries, --chmod is not`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: Self.archive)
        #expect(try fixture.copy(["a.tar"], to: "/x/", owner: "70000:8", mode: "777", isAdd: true) == [70000])
        #expect(
            try fixture.look("stat -c '%n %a %u:%g' x x/sub x/sub/f")
                == "x 755 70000:8\nx/sub 755 70000:8\nx/sub/f 600 70000:8\n")
    }

    @Test(arguments: CopyRoot.allCases)
    func `COPY and --unpack=false copy an archive, --unpack unpacks what is fetched`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, context: Self.archive)
        try fixture.copy(["a.tar"], to: "/copy/")
        try fixture.copy(["a.tar"], to: "/add/", isAdd: true, unpacks: false)
        for (unpacks, place) in [(nil, "/url/"), (true, "/unpacked/")] {
            let operation = CopyOperation(
                sources: [.url("https://example.com/a.tar", checksum: nil)], destination: place, unpacks: unpacks,
                isAdd: true)
            var copier = try FileCopier(
                operation, into: try fixture.root(), upper: try fixture.upper(), now: CopyFixture.now)
            let file = FetchedFile(
                name: "a.tar", contents: try Descriptor.open(fixture.path + "/context/a.tar", .readOnly),
                modified: CopyFixture.now)
            try copier.add(file)
            _ = try copier.finish()
        }
        #expect(
            try fixture.list()
                == """
                add d 755
                add/a.tar f 644
                copy d 755
                copy/a.tar f 644
                unpacked d 755
                unpacked/sub d 755
                unpacked/sub/f f 600
                url d 755
                url/a.tar f 600

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `what is no archive is copied, in a pattern each by itself`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: Self.archive + "; echo text > a.txt; : > a.empty; head -c 20 a.odd > a.cut")
        try fixture.copy(["a.*"], to: "/x/", isAdd: true)
        #expect(
            try fixture.list("x")
                == "a.cut f 644\na.empty f 644\na.txt f 644\nsub d 755\nsub/f f 600\n")
    }

    @Test(arguments: CopyRoot.allCases) func `archives in a directory are not unpacked`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: "mkdir s; cd s; " + Self.archive)
        try fixture.copy(["s"], to: "/x/", isAdd: true)
        #expect(try fixture.list("x") == "a.odd f 644\na.tar f 644\n")
    }

    @Test(arguments: CopyRoot.allCases) func `an archive cannot get out of its destination`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind,
            context: """
                python3 - <<'END'
                import tarfile, io
                t = tarfile.open('evil.tar', 'w')
                def link(name, target):
                    e = tarfile.TarInfo(name); e.type = tarfile.SYMTYPE; e.linkname = target; t.addfile(e)
                def file(name):
                    e = tarfile.TarInfo(name); e.size = 1; t.addfile(e, io.BytesIO(b'x'))
                link('abs', '/'); file('abs/marked')
                link('up', '../../../../../../..'); file('up/marked2')
                file('/rooted')
                t.close()
                END
                """, base: "mkdir -p app etc")
        try fixture.copy(["evil.tar"], to: "/app/", isAdd: true)
        #expect(try fixture.look("find . -type f | LC_ALL=C sort") == "./app/marked\n./app/marked2\n./app/rooted\n")
        try fixture.shell(
            "python3 -c \"import tarfile; t = tarfile.open('context/dots.tar', 'w'); t.addfile(tarfile.TarInfo('../out'))\""
        )
        #expect(throws: BuildError.self) { try fixture.copy(["dots.tar"], to: "/app/", isAdd: true) }
        #expect(try fixture.look("ls") == "app\netc\n")
    }

    @Test(arguments: CopyRoot.allCases) func `two archives go into one destination that is made`(_ kind: CopyRoot)
        throws
    {
        let fixture = try CopyFixture(
            kind, context: Self.archive + "; mkdir sub; echo two > sub/f; echo g > sub/g; tar -cf b.tar sub; echo p > p"
        )
        try fixture.copy(["a.tar", "b.tar", "p", "sub"], to: "/x/y/", isAdd: true)
        #expect(try fixture.list("x/y") == "f f 644\ng f 644\np f 644\nsub d 755\nsub/f f 644\nsub/g f 644\n")
        #expect(try fixture.look("cat x/y/sub/f") == "two\n")
    }

    @Test func `a destination that is a file is told`() throws {
        let fixture = try CopyFixture(context: Self.archive, base: "touch x")
        #expect(throws: BuildError.self) { try fixture.copy(["a.tar"], to: "/x", isAdd: true) }
        #expect(try fixture.look("stat -c %s x") == "0\n")
    }
}
