// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite(.enabled(if: CopyFixture.isRoot, "needs root, to set owners and to mount an overlay"))
struct WorkingDirectoryTests {
    private func make(_ path: String, user: String = "", _ fixture: CopyFixture) throws -> [UInt32] {
        try WorkingDirectory.make(
            path, user: user, in: try fixture.root(), upper: try fixture.upper(), now: CopyFixture.now)
    }

    @Test(arguments: CopyRoot.allCases) func `all directories that are missing are made, 0755 and the user's`(
        _ kind: CopyRoot
    ) throws {
        let fixture = try CopyFixture(kind, base: CopyAttributeTests.users + "; mkdir -m 711 srv")
        #expect(try make("/srv/a/b", user: "www", fixture) == [])
        #expect(try make("/num", user: "70000", fixture) == [70000])
        #expect(try make("/both", user: "7:staff", fixture) == [])
        #expect(try make("/root", fixture) == [])
        #expect(
            try fixture.look("stat -c '%n %a %u:%g' srv srv/a srv/a/b num both root; stat -c %Y srv/a srv/a/b")
                == """
                srv 711 0:0
                srv/a 755 33:44
                srv/a/b 755 33:44
                num 755 70000:70000
                both 755 7:50
                root 755 0:0
                1700000000
                1700000000

                """)
    }

    @Test(arguments: CopyRoot.allCases) func `what is there stays as it is`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(
            kind, base: "mkdir -m 700 app; chown 5:6 app; touch -d @1500000000 app; ln -s app/../app l")
        #expect(try make("/app", user: "9", fixture) == [])
        #expect(try make("/l", user: "9", fixture) == [])
        #expect(try make("/", user: "9", fixture) == [])
        #expect(try fixture.look("stat -c '%n %a %u:%g %Y' app") == "app 700 5:6 1500000000\n")
    }

    @Test(arguments: CopyRoot.allCases) func `links lead where they do in the tree`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, base: "ln -s /var/lib l; ln -s ../../../../../../tmp/minibox-x up")
        _ = try make("/l/x", fixture)
        _ = try make("/up", fixture)
        #expect(
            try fixture.look("find . -type d | LC_ALL=C sort")
                == ".\n./tmp\n./tmp/minibox-x\n./var\n./var/lib\n./var/lib/x\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a user whom nobody knows owns nothing`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind)
        #expect(try make("/x", user: "app:app", fixture) == [])
        #expect(try fixture.look("stat -c %u:%g x") == "0:0\n")
    }

    @Test(arguments: CopyRoot.allCases) func `a file in the way is told`(_ kind: CopyRoot) throws {
        let fixture = try CopyFixture(kind, base: "touch f")
        for path in ["/f", "/f/x"] {
            let error = #expect(throws: BuildError.self) { _ = try make(path, fixture) }
            #expect(error?.words == "\(path) cannot be a directory: there is a file at it, or on the way to it")
        }
    }
}
