// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// An image store that was damaged on disk: what can be made again is, the rest is named.
@Suite(.commands, .emptyBox) struct DamagedStoreTests {
    /// Imports busybox, damages the store by `script`, in which `$layer`, `$blob` and `$config` are paths, and runs it.
    private func run(after script: String) throws -> Outcome {
        let box = try box()
        box.atEnd { try? FileManager.default.removeItem(atPath: "\(box.root)/images") }
        try #require(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        let damage = try box.shell(
            """
            set -e; cd \(box.root)/images; layer=$(echo layers/*)
            blob=$(find blobs -type f -size +100k); config=$(grep -l rootfs blobs/sha256/* | grep -vF "$blob" | head -n 1)
            \(script)
            """)
        try #require(damage.status == 0, "\(damage)")
        return try box("run", "--rm", "busybox", "echo", "whole")
    }

    @Test(arguments: [
        "rm $layer/layer.json", ": >$layer/layer.json", "echo garbage >$layer/layer.json", "rm -rf $layer",
        "rm -rf $layer/root", "truncate -s 5 $layer/layer.json",
    ]) func unpacksALayerAgain(_ damage: String) throws {
        let outcome = try run(after: damage)
        #expect(outcome.status == 0 && outcome.text == "whole", "\(outcome)")
        #expect(try box()("run", "--rm", "busybox", "ls", "/bin/busybox").status == 0)
    }

    @Test(arguments: [
        "rm $blob", "truncate -s 10000 $blob", "printf x | dd of=$blob bs=1 seek=5000 conv=notrunc status=none",
    ])
    func needsNoArchiveWhileTheLayerIsWhole(_ damage: String) throws {
        #expect(try run(after: damage).text == "whole")
    }

    @Test(arguments: [
        "rm $blob", "truncate -s 10000 $blob", "printf x | dd of=$blob bs=1 seek=5000 conv=notrunc status=none",
    ])
    func namesALayerThatIsLost(_ damage: String) throws {
        let outcome = try run(after: damage + "; rm -rf $layer")
        #expect(outcome.status == 125, "\(outcome)")
        #expect(outcome.errors.contains("import it again"), "\(outcome)")
        #expect(try box()("rmi", "busybox").status == 0)
        #expect(try box()("import", TestMachine.archive("busybox"), "busybox").status == 0)
        #expect(try box()("run", "--rm", "busybox", "echo", "again").text == "again")
    }

    @Test(arguments: ["rm $config", "echo garbage >$config", ": >$config"])
    func namesAConfigurationThatIsLost(_ damage: String) throws {
        let outcome = try run(after: damage)
        #expect(outcome.status == 125, "\(outcome)")
        #expect(outcome.errors.contains("remove the image and import it again"), "\(outcome)")
        #expect(try box()("import", TestMachine.archive("busybox"), "busybox").status == 0)
        #expect(try box()("run", "--rm", "busybox", "echo", "again").text == "again")
    }

    @Test(arguments: ["echo garbage >index.json", ": >index.json", "echo '[]' >index.json"])
    func namesAnIndexThatIsNone(_ damage: String) throws {
        let outcome = try run(after: damage)
        #expect(outcome.status == 125, "\(outcome)")
        #expect(outcome.errors.contains("index.json"), "\(outcome)")
        #expect(try box()("images").status == 125)
    }
}
