// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

/// COPY of directories, into a directory and into an overlay.
@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct CopyDirectoryTests {
    @Test(arguments: CopyRoot.allCases) func `what is in a directory is copied, not the directory`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p src/sub; echo a > src/a; echo b > src/sub/b; chmod 600 src/a")
        try fixture.copy(["src"], to: "/app/")
        #expect(try fixture.list() == "app d 755\napp/a f 600\napp/sub d 755\napp/sub/b f 644\n")
        #expect(try fixture.look("cat app/a app/sub/b") == "a\nb\n")
    }

    @Test(arguments: CopyRoot.allCases, [".", "/", "src/..", "../..", "/."])
    func `dots and slashes cannot leave the context`(_ kind: CopyRoot, _ source: String) throws {
        let fixture = try CopyFixture(kind, context: "mkdir src; echo a > src/a")
        try fixture.copy([source], to: "/")
        #expect(try fixture.list() == "src d 755\nsrc/a f 644\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a destination that is made is 0755, root's, and has the source's time`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -m 700 src; touch src/a; chown 5:6 src; touch -d @1500000000 src")
        try fixture.copy(["src"], to: "/new/deep", keepsOwners: true)
        #expect(
            try fixture.look("stat -c '%n %a %u:%g %Y' new new/deep")
                == "new 755 0:0 1700000000\nnew/deep 755 0:0 1500000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a destination that is there keeps mode and owner`(_ kind: CopyRoot) throws
    {
        let fixture = try CopyFixture(
            kind, context: "mkdir -m 755 src; echo new > src/a; touch -d @1500000000 src",
            base: "mkdir -m 710 app; chown 7:8 app; touch -d @1400000000 app; echo old > app/a; echo old > app/b")
        try fixture.copy(["src"], to: "/app")
        #expect(try fixture.look("stat -c '%a %u:%g %Y' app; cat app/a app/b") == "710 7:8 1500000000\nnew\nold\n")
    }

    @Test(arguments: CopyRoot.allCases) func `directories below the destination get the source's attributes`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir -p src/sub/new; chmod 750 src/sub; chmod 2711 src/sub/new; touch src/sub/new/f; "
                + "touch -d @1500000001 src/sub/new; touch -d @1500000002 src/sub",
            base: "mkdir -p app/sub; chmod 700 app/sub; chown 7:8 app/sub; touch app/sub/old")
        try fixture.copy(["src"], to: "/app")
        #expect(
            try fixture.look("stat -c '%n %a %u:%g %Y' app/sub app/sub/new; ls app/sub")
                == "app/sub 750 0:0 1500000002\napp/sub/new 2711 0:0 1500000001\nnew\nold\n")
    }

    @Test(arguments: CopyRoot.allCases) func `several sources go into one destination, the last wins`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir -p a/s b/s; echo 1 > a/s/x; echo 1 > a/y; echo 2 > b/s/x; echo 2 > b/s/z; echo f > file")
        try fixture.copy(["a", "b", "file"], to: "/new/")
        #expect(try fixture.list("new") == "file f 644\ns d 755\ns/x f 644\ns/z f 644\ny f 644\n")
        #expect(try fixture.look("cd new; cat s/x s/z y file") == "2\n2\n1\nf\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a directory does not take the place of a file`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p src/lib src2/lib src3; touch src/lib/x src2/lib/x src3/x",
            base: "echo keep > lib; mkdir -p usr/lib two; ln -s ../usr/lib two/lib")
        #expect(fixture.refusal(["src"], to: "/").hasPrefix("a directory cannot take the place of the file /lib:"))
        // A link below the destination is not followed, as in BuildKit.
        #expect(
            fixture.refusal(["src2"], to: "/two").hasPrefix(
                "a directory cannot take the place of the link /two/lib, which leads to ../usr/lib:"))
        #expect(fixture.refusal(["src3"], to: "/lib").hasPrefix("/lib cannot be a directory:"))
        #expect(fixture.refusal(["src3"], to: "/lib/below").hasPrefix("/lib/below cannot be a directory:"))
        #expect(try fixture.look("cat lib; ls -A usr/lib") == "keep\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a file does not take the place of a directory`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir src; touch src/x y", base: "mkdir -p app/x z/y; touch app/x/keep")
        #expect(fixture.refusal(["src"], to: "/app").hasPrefix("a file cannot take the place of the directory /app/x:"))
        #expect(fixture.refusal(["y"], to: "/z/").hasPrefix("a file cannot take the place of the directory /z/y:"))
        #expect(try fixture.look("ls app/x z") == "app/x:\nkeep\n\nz:\ny\n")
    }

    @Test(arguments: CopyRoot.allCases) func `links in a directory stay links, and replace what is there`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir -p src/d; ln -s ../../etc/passwd src/out; ln -s d src/dir; ln -s nowhere src/gone; "
                + "touch -h -d @1500000000 src/out; touch src/d/f",
            base: "mkdir -p app; echo keep > precious; ln -s ../precious app/out; ln -s /precious app/gone")
        try fixture.copy(["src"], to: "/app", owner: "3:4")
        #expect(
            try fixture.look("cd app; stat -c '%N %u:%g' dir gone out; stat -c %Y out; cat ../precious; find -type f")
                == "'dir' -> 'd' 3:4\n'gone' -> 'nowhere' 3:4\n'out' -> '../../etc/passwd' 3:4\n1500000000\nkeep\n./d/f\n"
        )
    }

    @Test(arguments: CopyRoot.allCases) func `a file takes the place of a link, not of what it leads to`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir src; echo new > src/l; echo new > m",
            base: "echo keep > precious; mkdir app; ln -s ../precious app/l; ln -s ../precious app/m")
        try fixture.copy(["src", "m"], to: "/app/")
        #expect(
            try fixture.look("cat precious app/l app/m; find app -type f | sort") == "keep\nnew\nnew\napp/l\napp/m\n")
    }

    @Test(arguments: CopyRoot.allCases) func `what the ignore file leaves out is not copied`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir -p a/b keep; touch a/b/x a/b/y keep/z; chmod 711 a; touch -d @1500000000 a a/b; touch s.log"
        )
        try fixture.copy(["."], to: "/app/", ignoring: "*.log\na\n!a/b/x\n")
        // The directories are there for what is in them, with their own attributes.
        #expect(try fixture.list("app") == "a d 711\na/b d 755\na/b/x f 644\nkeep d 755\nkeep/z f 644\n")
        #expect(try fixture.look("stat -c %Y app/a app/a/b") == "1500000000\n1500000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `an empty directory is copied, and an empty source makes the destination`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, context: "mkdir -p src/empty none")
        try fixture.copy(["src"], to: "/a")
        try fixture.copy(["none"], to: "/b/")
        #expect(try fixture.list() == "a d 755\na/empty d 755\nb d 755\n")
    }

    @Test(arguments: CopyRoot.allCases) func `directories may be many and deep`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "d=src; for i in $(seq 300); do d=$d/d$i; done; mkdir -p $d; echo deep > $d/f")
        try fixture.copy(["src"], to: "/app")
        #expect(try fixture.look("find app -type d | wc -l; find app -name f -exec cat {} +") == "301\ndeep\n")
    }

    @Test func `names need not be text`() throws {
        let fixture = try CopyFixture(
            .overlay, context: "mkdir src; echo x > src/$'a\\xffb'; mkdir src/$'\\xfe'; touch src/$'\\xfe/y'")
        try fixture.copy(["src"], to: "/app")
        #expect(try fixture.look("cd app; cat $'a\\xffb'; ls $'\\xfe'") == "x\ny\n")
    }
}
