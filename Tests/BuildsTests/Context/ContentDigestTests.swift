// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct ContentDigestTests {
    private let fixture: ContextFixture

    init() throws {
        fixture = try ContextFixture(
            """
            umask 022; mkdir -p src/lib empty && echo a > a.txt && echo b > src/main.c && echo c > src/lib/x.c
            ln -s src link && echo run > run.sh && chmod 755 run.sh && mkfifo pipe
            """)
    }

    private func digest(
        _ source: String, _ rules: DigestRules = DigestRules(), ignoring lines: String? = nil,
        keepsOwners: Bool = false,
        keepsParents: Bool = false, excludes: [String] = []
    ) throws -> ContentDigest {
        let tree = try fixture.tree(ignoring: lines, keepsOwners: keepsOwners)
        var selector = try PathSelector(filter: tree.filter)
        let selection = try selector.select(source, keepsParents: keepsParents, excludes: excludes, in: tree)
        var digester = ContentDigester()
        return try digester.digest(selection, rules, in: tree)
    }

    /// Whether the digest of everything changes with a command.
    private func changes(_ command: String, _ rules: DigestRules = DigestRules(), keepsOwners: Bool = false) throws
        -> Bool
    {
        let before = try digest(".", rules, keepsOwners: keepsOwners)
        try fixture.shell(command)
        return try digest(".", rules, keepsOwners: keepsOwners).digest != before.digest
    }

    @Test(arguments: [
        "echo x > a.txt", "echo x > src/lib/x.c", "touch src/new", "rm src/main.c", "mv a.txt b.txt",
        "mkdir empty/deeper",
        "rmdir empty", "chmod 600 a.txt", "chmod u+s run.sh", "chmod 700 src", "ln -sfn src/lib link",
        "rm a.txt; mkdir a.txt", "rm pipe", "rm a.txt; ln -s run.sh a.txt", "printf '' > a.txt",
        "mv src/lib/x.c src/; rmdir src/lib; mkdir src/lib",
    ])
    func `what an image would have counts`(command: String) throws { #expect(try changes(command)) }

    @Test(arguments: [
        "touch -d 2001-01-01 a.txt src", "cp a.txt t; mv t a.txt", "chmod 700 .", "ln a.txt ../other; rm ../other",
        "mv src s2; mkdir src; cp -a s2/. src; rm -r s2",
        "setfacl -m u:1000:r a.txt 2>/dev/null || true; chmod 644 a.txt",
    ])
    func `times, inodes and the root's own attributes do not count`(command: String) throws {
        #expect(try !changes(command + "; true"))
    }

    @Test func `owners of a context do not count, those of a stage do unless others are set`() throws {
        try #require(CurrentProcess.effectiveUser == 0)
        #expect(try !changes("chown 1:1 a.txt src"))
        #expect(try changes("chown 2:1 a.txt", keepsOwners: true))
        #expect(try changes("chown 2:2 src", keepsOwners: true))
        #expect(try changes("chown -h 2:2 link", keepsOwners: true))
        #expect(try changes("chown 3:3 .", DigestRules(includesTop: true), keepsOwners: true))
        #expect(try !changes("chown 3:3 a.txt", DigestRules(ignoresOwners: true), keepsOwners: true))
    }

    @Test func `extended attributes count, but for those of the machine`() throws {
        let path = fixture.path
        func set(_ key: FileName, _ value: String, of file: String) throws {
            try Descriptor.open(path + file, .readOnly).setAttribute(key, to: Array(value.utf8))
        }
        var last = try digest(".").digest
        func hasChanged() throws -> Bool {
            let now = try digest(".").digest
            defer { last = now }
            return now != last
        }
        try set("user.a", "1", of: "/a.txt")
        #expect(try hasChanged())
        try set("user.a", "2", of: "/a.txt")
        #expect(try hasChanged())
        try set("user.a", "2", of: "/src")
        #expect(try hasChanged())
        try set("user.a", "2", of: "/empty")
        #expect(try hasChanged())
        try set("user.overlay.x", "2", of: "/a.txt")
        #expect(try !hasChanged())
        try set("user.a", "2", of: "")
        #expect(try !hasChanged())
        #expect(CountedAttributes.contain("security.capability"))
        #expect(!CountedAttributes.contain("security.selinux"))
        #expect(!CountedAttributes.contain("system.posix_acl_access"))
    }

    @Test func `permission bits count as they are after --chmod`() throws {
        let all = DigestRules(modeChange: try ModeChange("0644"))
        #expect(try !changes("chmod 600 a.txt; chmod 700 src", all))
        #expect(try changes("echo x > a.txt", all))
        let group = DigestRules(modeChange: try ModeChange("g=u"))
        #expect(try !changes("chmod 660 a.txt", group))
        #expect(try changes("chmod 400 a.txt", group))
    }

    @Test func `a directory that is copied counts with what is in it, one that is mounted with its own attributes`()
        throws
    {
        let (copied, mounted) = (try digest("src").digest, try digest("src", DigestRules(includesTop: true)).digest)
        try fixture.shell("chmod 700 src")
        #expect(try digest("src").digest == copied)
        #expect(try digest("src", DigestRules(includesTop: true)).digest != mounted)
        #expect(try digest("src/lib/..").digest == copied)
        #expect(try digest("link").digest == copied)
    }

    @Test func `only what is selected counts`() throws {
        func isIndifferent(_ command: String, _ make: () throws -> ContentDigest) throws -> Bool {
            let before = try make().digest
            try fixture.shell(command)
            return try make().digest == before
        }
        #expect(try isIndifferent("echo y > a.txt") { try digest("src") })
        #expect(try isIndifferent("echo z > a.txt") { try digest(".", ignoring: "*.txt") })
        #expect(try isIndifferent("echo 1 > src/main.c") { try digest("src", excludes: ["*.c"]) })
        #expect(try isIndifferent("echo 2 > src/main.c") { try digest("src/*/*.c", keepsParents: true) })
        #expect(try !isIndifferent("chmod 711 src") { try digest("src/*/*.c", keepsParents: true) })
        #expect(try isIndifferent("chmod 755 src") { try digest("src/./*/*.c", keepsParents: true) })
        #expect(try isIndifferent("touch b.none") { try digest("*.txt") })
        #expect(try !isIndifferent("touch b.txt") { try digest("*.txt") })
    }

    @Test func `names and places are part of what is selected`() throws {
        try fixture.shell("mkdir p q && echo x > p/f && echo x > q/g && echo x > q/f && mkdir -p r/s && echo x > r/f")
        #expect(try digest("p").digest != digest("q").digest)
        #expect(try digest("p/f").digest == digest("q/f").digest)
        #expect(try digest("q/g").digest != digest("q/f").digest)
        #expect(try digest("p").digest != digest("r").digest)
        #expect(try digest("p/*").digest == digest("p/f").digest)
        #expect(try digest("nothing*").digest != digest("empty").digest)
    }

    @Test func `a manifest says which file changed and how`() throws {
        let before = try digest(".").manifest
        try fixture.shell(
            """
            echo x > a.txt; chmod 600 src/lib/x.c; rm src/main.c; echo n > src/new; ln -sfn src/lib link; rm pipe; mkdir pipe
            """)
        let after = try digest(".").manifest
        #expect(
            after.changes(since: before)?.map(\.description) == [
                "a.txt changed", "link is a link to something else", "pipe is another kind of file",
                "src/lib/x.c has permissions 600 rather than 644", "src/main.c was removed", "src/new was added",
            ])
        #expect(after.changes(since: after) == [])
        #expect(ContentManifest(bytes: before.bytes) == before)
        #expect(ContentManifest(bytes: Array("else".utf8)) == nil)
        #expect(ContentManifest(bytes: Array(before.bytes.dropLast(3)))?.entries() == nil)
    }

    @Test func `a manifest has what is there`() throws {
        let entries = try #require(try digest(".").manifest.entries())
        #expect(
            entries.map(\.path.description) == [
                "a.txt", "empty", "link", "pipe", "run.sh", "src", "src/lib", "src/main.c", "src/lib/x.c",
            ])
        #expect(entries.first { $0.path == "run.sh" }?.permissions == 0o755)
        #expect(entries.first { $0.path == "link" }?.contents == Array("src".utf8))
        #expect(entries.first { $0.path == "pipe" }?.kind == .pipe)
    }
}
