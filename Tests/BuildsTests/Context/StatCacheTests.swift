// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct StatCacheTests {
    private let fixture: ContextFixture
    private var store: String { fixture.path + "/../store" }

    /// Files that are old enough to be known.
    init() throws {
        fixture = try ContextFixture(
            "mkdir -p a/b c; echo 1 > top; echo 2 > a/x; echo 3 > a/b/y; echo 4 > c/z; seq 100 | xargs -I N sh -c 'echo N > c/N'"
        )
        // The time of change cannot be set, so it has to pass.
        try fixture.shell("sleep 0.3")
    }

    /// Digests what `source` selects as a build does, and keeps what it finds out; how many files were read.
    private func digest(_ source: String = ".", ignoring lines: String? = nil) throws -> (
        digest: ContentDigest, reads: Int
    ) {
        let tree = try fixture.tree(ignoring: lines)
        var selector = try PathSelector(filter: tree.filter)
        let selection = try selector.select(source, in: tree)
        var digester = try ContentDigester(context: tree.root, store: store)
        let digest = try digester.digest(selection, in: tree)
        try digester.save(context: tree.root, store: store)
        return (digest, digester.files.reads)
    }

    @Test func `what was not touched is not read again`() throws {
        let first = try digest()
        #expect(first.reads == 104)
        let second = try digest()
        #expect(second.reads == 0)
        #expect(second.digest.digest == first.digest.digest)
        #expect(second.digest.manifest == first.digest.manifest)
    }

    @Test(arguments: [
        "echo 5 > a/x", "echo 2 > a/x", "touch a/x", "touch -d 2001-01-01 a/x", "cp -p a/x t; mv t a/x",
        "chmod 600 a/x",
        "x=$(stat -c %y a/x); echo 6 > a/x; touch -d \"$x\" a/x",
    ])
    func `a file that was touched is read`(command: String) throws {
        _ = try digest()
        try fixture.shell(command)
        #expect(try digest().reads == 1)
    }

    @Test func `a file that changed just before it was read is not kept`() throws {
        _ = try digest()
        try fixture.shell("echo 7 > a/x")
        #expect(try digest().reads == 1)
        try fixture.shell("sleep 0.3")
        #expect(try digest().reads == 1)
        #expect(try digest().reads == 0)
    }

    @Test func `selections add to what is known`() throws {
        #expect(try digest("a/x").reads == 1)
        #expect(try digest("a/x").reads == 0)
        #expect(try digest("a").reads == 1)
        #expect(try digest("c/1*").reads == 12)
        #expect(try digest("c").reads == 89)
        #expect(try digest().reads == 1)
        #expect(try digest().reads == 0)
        #expect(try digest("c", ignoring: "c/1*").reads == 0)
        // Left out is not gone.
        #expect(try digest("c").reads == 0)
    }

    @Test func `what is gone is forgotten`() throws {
        _ = try digest()
        let full = try fixture.shell("cat ../store/* | wc -c")
        try fixture.shell("rm c/5* a/x; rm -r a/b")
        #expect(try digest().reads == 0)
        #expect(try Int(fixture.shell("cat ../store/* | wc -c").dropLast()) ?? 0 < Int(full.dropLast()) ?? 0)
        try fixture.shell("rm -r a; echo 8 > top; sleep 0.3")
        #expect(try digest("top").reads == 1)
        #expect(try fixture.shell("grep -c a/b ../store/* || true") == "0\n")
    }

    @Test func `a damaged file is as none`() throws {
        _ = try digest()
        try fixture.shell("f=$(echo ../store/*); printf x | dd of=$f bs=1 seek=300 conv=notrunc status=none")
        #expect(try digest().reads == 104)
        #expect(try digest().reads == 0)
        try fixture.shell("f=$(echo ../store/*); head -c 200 $f > t; cat t > $f; rm t")
        #expect(try digest().reads == 104)
        try fixture.shell("f=$(echo ../store/*); : > $f")
        #expect(try digest().reads == 104)
        #expect(try fixture.shell("ls ../store | wc -l") == "1\n")
    }

    @Test func `another directory has another file`() throws {
        let other = try ContextFixture("echo 1 > top")
        let (one, two) = (
            try StatCache.fileName(for: try fixture.tree().root), try StatCache.fileName(for: try other.tree().root)
        )
        #expect(one != two)
        #expect(try one == StatCache.fileName(for: try fixture.tree().root))
    }

    @Test func `what is touched while a build goes on is seen`() throws {
        let first = try digest().digest
        #expect(try digest().digest.isUntouched(since: first))
        // There and back again.
        try fixture.shell("x=$(cat top); echo other > top; echo $x > top")
        let second = try digest().digest
        #expect(second.digest == first.digest)
        #expect(!second.isUntouched(since: first))
        try fixture.shell("echo new > a/new")
        #expect(try !digest().digest.isUntouched(since: second))
    }
}
