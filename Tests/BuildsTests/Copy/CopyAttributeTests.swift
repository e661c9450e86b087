// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

/// Owners, modes, times, extended attributes, holes, hard links and nodes of what is copied.
@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct CopyAttributeTests {
    @Test(arguments: CopyRoot.allCases) func `owners of a context do not count, those of a stage do`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p s/d; touch s/f s/d/g; ln -s f s/l; chown -h 5:6 s/f s/d s/l; chown 70000:7 s/d/g")
        #expect(try fixture.copy(["s"], to: "/context/") == [])
        #expect(try fixture.copy(["s"], to: "/stage/", keepsOwners: true) == [70000])
        let format = "find -mindepth 1 -printf '%P %U:%G\\n' | sort"
        #expect(try fixture.look("cd context; \(format)") == "d 0:0\nd/g 0:0\nf 0:0\nl 0:0\n")
        #expect(try fixture.look("cd stage; \(format)") == "d 5:6\nd/g 70000:7\nf 5:6\nl 5:6\n")
    }

    static let users = "mkdir -p etc; echo 'www:x:33:44::/:/bin/sh' > etc/passwd; echo 'staff:x:50:' > etc/group"

    @Test(
        arguments: CopyRoot.allCases,
        [
            ("www", "33:44"), ("www:staff", "33:50"), ("33", "33:33"), ("33:staff", "33:50"), ("1:2", "1:2"),
            ("www:", "33:44"), (":staff", "0:50"), ("0", "0:0"),
        ])
    func `--chown takes names of the stage and numbers`(_ kind: CopyRoot, _ owner: (text: String, ids: String)) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p s/d; touch s/f s/d/g; ln -s f s/l; mkfifo s/p; chown 9:9 s/f",
            base: Self.users + "; mkdir there; chown 8:8 there")
        try fixture.copy(["s"], to: "/there", owner: owner.text)
        try fixture.copy(["s/f"], to: "/new/made/", owner: owner.text)
        #expect(try fixture.look("stat -c %u:%g there") == "8:8\n")
        let places = ["there/d", "there/d/g", "there/f", "there/l", "there/p", "new", "new/made", "new/made/f"]
        #expect(
            try fixture.look("stat -c '%n %u:%g' \(places.joined(separator: " "))")
                == places.map { "\($0) \(owner.ids)\n" }.joined())
    }

    @Test(arguments: CopyRoot.allCases) func `unknown names are refused`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, context: "touch f", base: Self.users)
        #expect(
            fixture.refusal(["f"], to: "/", owner: "web")
                == "--chown=web: there is no user web in /etc/passwd of the stage: make it in an earlier RUN, or write the number"
        )
        #expect(fixture.refusal(["f"], to: "/", owner: "0:web").contains("there is no group web in /etc/group"))
        #expect(
            try CopyFixture(kind, context: "touch f").refusal(["f"], to: "/", owner: "root").contains("no user root"))
        #expect(try fixture.list() == "etc d 755\netc/group f 644\netc/passwd f 644\n")
    }

    @Test func `the files of users are those of the stage, whatever is in their place`() throws {
        let fixture = try CopyFixture(
            context: "touch f",
            base: "mkdir etc; echo 'in:x:7:7' > etc/real; ln -s /etc/real etc/passwd; mkfifo etc/group")
        try fixture.copy(["f"], to: "/", owner: "in")
        #expect(try fixture.look("stat -c %u:%g f") == "7:7\n")
        #expect(fixture.refusal(["f"], to: "/", owner: "in:x").contains("no group x"))
        // The host's are not looked at.
        try fixture.shell("rm base/etc/*; echo root:x:0:0 > outside/passwd; ln -s $PWD/outside/passwd base/etc/passwd")
        #expect(fixture.refusal(["f"], to: "/", owner: "root").contains("no user root"))
    }

    @Test func `--link knows no names`() throws {
        let fixture = try CopyFixture(context: "touch f")
        #expect(
            fixture.refusal(["f"], to: "/", owner: "www", isLink: true)
                == "--chown=www: with --link the files below are not looked at: write the numbers")
        try fixture.copy(["f"], to: "/", owner: "3:4", isLink: true)
        #expect(try fixture.look("stat -c %u:%g f") == "3:4\n")
    }

    @Test(arguments: CopyRoot.allCases) func `--chmod in digits is for files and directories, and for those on the way`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p s/d; touch s/f s/d/g; ln -s f s/l; mkfifo s/p", base: "mkdir -m 711 there")
        try fixture.copy(["s"], to: "/there", mode: "4750")
        try fixture.copy(["s"], to: "/new", mode: "700")
        try fixture.copy(["s/f"], to: "/a/b/", mode: "0640")
        #expect(
            try fixture.list()
                == """
                a d 640
                a/b d 640
                a/b/f f 640
                new d 700
                new/d d 700
                new/d/g f 700
                new/f f 700
                new/l l 777
                new/p p 700
                there d 711
                there/d d 4750
                there/d/g f 4750
                there/f f 4750
                there/l l 777
                there/p p 4750

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `--chmod by changes starts from what the source has`(_ kind: CopyRoot)
        throws
    {
        let fixture = try CopyFixture(
            kind, context: "mkdir -m 700 -p s/d; install -m 600 /dev/null s/f; install -m 711 /dev/null s/x")
        try fixture.copy(["s"], to: "/a/b", mode: "u=rwX,go=rX")
        try fixture.copy(["s"], to: "/c", mode: "g=u,o-rwx")
        #expect(
            try fixture.list()
                == """
                a d 755
                a/b d 755
                a/b/d d 755
                a/b/f f 644
                a/b/x f 755
                c d 755
                c/d d 770
                c/f f 660
                c/x f 770

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `set-id bits, times to the nanosecond and extended attributes are kept`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(
            kind,
            context: """
                mkdir -p s/d; echo x > s/f; chmod 6751 s/f; chmod 3775 s/d
                setfattr -n user.one -v 1 s/f; setfattr -n user.two -v 2 s/d
                setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 s/f
                ln -s f s/l; setfattr -h -n trusted.link -v 3 s/l
                setfattr -n trusted.overlay.opaque -v y s/d; setfattr -n trusted.overlay.metacopy -v y s/f
                touch -h -d '@1500000000.111222333' s/l; touch -d '@1500000000.444555666' s/f s/d
                """)
        try fixture.copy(["s"], to: "/a/", owner: "1:2")
        #expect(
            try fixture.look("cd a; find -mindepth 1 -printf '%P %m %T@\\n' | sort")
                == "d 3775 1500000000.4445556660\nf 6751 1500000000.4445556660\nl 777 1500000000.1112223330\n")
        #expect(
            try fixture.look("cd a; getfattr -h -m - -d d f l | grep -v '^$' | sort")
                == """
                # file: d
                # file: f
                # file: l
                security.capability=0sAQAAAgAEAAAAAAAAAAAAAAAAAAA=
                trusted.link="3"
                user.one="1"
                user.two="2"

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `names of one file stay names of one file`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir -p s/d t; echo x > s/a; ln s/a s/b; ln s/a s/d/c; ln s/a t/e; echo y > s/single",
            base: "mkdir app; echo old > app/b")
        try fixture.copy(["s", "t"], to: "/app/")
        // Each source by itself, as in BuildKit.
        #expect(
            try fixture.look("cd app; stat -c '%n %h' a b d/c e single; cat a b d/c e")
                == "a 3\nb 3\nd/c 3\ne 1\nsingle 1\nx\nx\nx\nx\n")
        #expect(try fixture.look("cd app; stat -c %i a b d/c | sort -u | wc -l") == "1\n")
    }

    @Test(arguments: CopyRoot.allCases) func `holes stay holes`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind,
            context: """
                mkdir s; truncate -s 64M s/all; truncate -s 40M s/some
                echo begin | dd of=s/some conv=notrunc status=none; echo mid | dd of=s/some bs=1M seek=20 conv=notrunc status=none
                truncate -s 41M s/some; sync s/some
                """)
        try fixture.copy(["s"], to: "/a/")
        #expect(
            try fixture.look("cmp a/some \(fixture.path)/context/s/some; stat -c %s a/all a/some")
                == "67108864\n42991616\n")
        // In blocks of 512 bytes.
        let blocks = try fixture.look("sync a/some; stat -c %b a/all a/some").split(separator: "\n").compactMap {
            Int($0)
        }
        #expect(blocks.count == 2 && blocks[0] == 0 && blocks[1] < 1024, "\(blocks)")
    }

    @Test(arguments: CopyRoot.allCases) func `devices and pipes are made again, sockets are left out`(_ kind: CopyRoot)
        throws
    {
        let fixture = try CopyFixture(
            kind,
            context: "mkdir s; mknod -m 640 s/c c 1 3; mknod -m 600 s/b b 7 9; mkfifo -m 622 s/p; "
                + "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('s/sock')\"; chown 5:6 s/c; "
                + "touch -d @1500000000 s/c s/b s/p")
        try fixture.copy(["s"], to: "/a/", keepsOwners: true)
        try fixture.copy(["s/p"], to: "/one/")
        #expect(
            try fixture.look("stat -c '%n %F %t:%T %a %u:%g %Y' a/* one/*")
                == """
                a/b block special file 7:9 600 0:0 1500000000
                a/c character special file 1:3 640 5:6 1500000000
                a/p fifo 0:0 622 0:0 1500000000
                one/p fifo 0:0 622 0:0 1500000000

                """)
        #expect(fixture.refusal(["s/sock"], to: "/x").hasPrefix("s/sock of the context is a socket"))
    }

    @Test(arguments: CopyRoot.allCases) func `what hides files in an overlay is not copied`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, context: "mkdir s; mknod s/gone c 0 0; touch s/f", base: "mkdir a; echo keep > a/gone")
        #expect(fixture.refusal(["s"], to: "/a").hasPrefix("gone of the context is the device 0:0"))
        // A layer by itself may show some.
        try fixture.copy(["s"], to: "/b", keepsOwners: true)
        #expect(try fixture.look("ls b") == "f\n")
    }

    @Test func `many bytes and files of every size are the same afterwards`() throws {
        let fixture = try CopyFixture(
            .overlay,
            context: """
                mkdir -p s/d; for i in 0 1 511 512 4095 4096 4097 65536 1048575 1048576 1048577 3000000; do
                    head -c $i /dev/urandom > s/d/$i
                done
                for i in $(seq 300); do echo $i > s/$i; done
                """)
        try fixture.copy(["s"], to: "/a/")
        #expect(try fixture.look("diff -r a \(fixture.path)/context/s && echo same") == "same\n")
    }
}
