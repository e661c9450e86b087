// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A store whose directory is on an overlay, as it is in a container. The box makes sure that neither mounts nor loop
/// devices are left.
@Suite(.commands, .emptyBox) struct StoreImageTests {
    /// A mounted overlay, until the test ends.
    private func overlay() throws -> String {
        let box = try box()
        let parts = try ["lower", "upper", "work", "merged"].map { try box.directory($0) }
        let made = try box.shell(
            "mount -t overlay overlay -o lowerdir=\(parts[0]),upperdir=\(parts[1]),workdir=\(parts[2]) \(parts[3])")
        #expect(made.status == 0, "\(made)")
        box.atEnd { _ = try? box.shell("umount \(parts[3])") }
        return parts[3]
    }

    private func minibox(_ root: String, _ words: String...) throws -> Outcome {
        try box().run(["--root", root] + words)
    }

    /// A supervisor ends a moment after the command that it answered.
    private func isLetGo(_ root: String) -> Bool {
        Clock.wait { (try? isAttached(root)) == false }
    }

    /// How the kernel spells the file depends on whether who attached it is still there; its last part does not.
    private func isAttached(_ root: String) throws -> Bool {
        try box().shell("grep -q '/store.ext4$' /sys/block/loop$(readlink \(root)/store.loop)/loop/backing_file").status
            == 0
    }

    @Test func aContainerThatIsKeptHasItsFilesAfterTheImageWasUnmounted() throws {
        let root = try overlay() + "/root"
        #expect(try minibox(root, "import", TestMachine.archive("busybox"), "busybox").status == 0)
        let first = try minibox(root, "run", "--name", "kept", "busybox", "sh", "-c", "echo kept >/file; rm /etc/group")
        #expect(first.status == 0, "\(first)")
        #expect(isLetGo(root))
        #expect(try minibox(root, "diff", "kept").text.contains("D /etc/group"))
        #expect(try minibox(root, "commit", "kept", "committed").status == 0)
        #expect(try minibox(root, "run", "--rm", "committed", "cat", "/file").text == "kept")
        #expect(try minibox(root, "rm", "kept").status == 0)
        let entries = try FileManager.default.contentsOfDirectory(atPath: root)
        #expect(entries.sorted() == ["store.ext4", "store.loop"])
    }

    @Test func commandsAtTheSameTimeShareOneDevice() throws {
        let root = try overlay() + "/root"
        #expect(try minibox(root, "import", TestMachine.archive("busybox"), "busybox").status == 0)
        let all = try (0..<8).map { number in
            try box().start(
                "--root", root, "run", "--rm", "-v", "shared:/data", "busybox", "sh", "-c",
                "echo \(number) >/data/\(number)")
        }
        for program in all {
            let outcome = program.wait(seconds: 60)
            #expect(outcome.status == 0, "\(outcome)")
        }
        let listed = try minibox(root, "run", "--rm", "-v", "shared:/data", "busybox", "ls", "/data")
        #expect(listed.text == (0..<8).map { "\($0)" }.joined(separator: "\n"))
        #expect(isLetGo(root))
    }

    @Test func killedAtOnceNothingIsLeft() throws {
        let root = try overlay() + "/root"
        #expect(try minibox(root, "import", TestMachine.archive("busybox"), "busybox").status == 0)
        let program = try box().start("--root", root, "run", "--rm", "--name", "killed", "busybox", "sleep", "1000")
        while try minibox(root, "ps", "-q").text.isEmpty {}
        #expect(try isAttached(root))
        program.send(SIGKILL)
        _ = program.wait(seconds: 20)
        #expect(try minibox(root, "ps", "-aq").text.isEmpty)
        #expect(isLetGo(root))
    }

    @Test func whatIsRemovedIsGivenBack() throws {
        let root = try overlay() + "/root"
        #expect(try minibox(root, "import", TestMachine.archive("busybox"), "busybox").status == 0)
        func blocks() throws -> Int {
            try Int(box().shell("stat -c %b \(root)/store.ext4").text.trimmingCharacters(in: .whitespacesAndNewlines))
                ?? 0
        }
        let before = try blocks()
        let big = try minibox(
            root, "run", "--name", "big", "busybox", "dd", "if=/dev/urandom", "of=/big", "bs=1M", "count=32")
        #expect(big.status == 0, "\(big)")
        #expect(try blocks() > before + 60_000)
        #expect(try minibox(root, "rm", "big").status == 0)
        #expect(isLetGo(root))
        let after = try blocks()
        #expect(after < before + 10_000)
    }

    @Test func aFolderOnAnOverlayMeansTheHostsUsersAndALineThatSaysSo() throws {
        let folder = try overlay()
        let box = try box()
        #expect(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        let outcome = try box(
            "run", "--rm", "-v", "\(folder):/data", "busybox", "sh", "-c", "echo written >/data/file; id -u")
        #expect(outcome.text == "0", "\(outcome)")
        #expect(outcome.errors.contains("\(folder) is on an overlay"))
        #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "written\n")
        let refused = try box("run", "--rm", "--userns", "private", "-v", "\(folder):/data", "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("--userns private: \(folder) is on an overlay"))
    }

    @Test func soDoesAVolumeThatIsAFolderThere() throws {
        let folder = try overlay()
        let box = try box()
        #expect(try box("import", TestMachine.archive("busybox"), "busybox").status == 0)
        let made = try box("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=\(folder)", "elsewhere")
        #expect(made.status == 0, "\(made)")
        let outcome = try box("run", "--rm", "-v", "elsewhere:/data", "busybox", "touch", "/data/file")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.contains("\(folder) is on an overlay"))
        #expect(FileManager.default.fileExists(atPath: folder + "/file"))
        #expect(try box("volume", "rm", "elsewhere").status == 0)
    }

    @Test func doctorTriesAnImageAndLeavesNone() throws {
        let root = try overlay()
        let outcome = try minibox(root, "doctor")
        #expect(outcome.text.contains("the store is an ext4 image there, store.ext4, on a loop device"), "\(outcome)")
        #expect(outcome.text.contains("-v \(root)"))
        #expect(outcome.text.contains("stacks layers and writes"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: root).isEmpty)
    }
}
