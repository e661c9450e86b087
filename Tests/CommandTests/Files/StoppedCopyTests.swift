// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `cp` and `export` of containers that do not run and have mounts.
@Suite(.commands, .box) struct StoppedCopyTests {
    /// One that has been made and not started, with a volume, a bind, a file, and mounts in mounts.
    private func made(_ flags: String...) throws -> (Box, folder: String) {
        let box = try box()
        let folder = try box.directory("shown")
        try "of the host".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
        let made = try box.run(
            [
                "create", "--name", "still", "-v", "data:/data", "-v", "inner:/data/in", "-v", "\(folder):/shown:ro",
                "-v",
                "\(folder)/file:/etc/one",
            ] + flags + ["busybox", "sh", "-c", "cat /data/in/put /etc/put; echo new >/data/new; echo own >/own"])
        try #require(made.status == 0, "\(made)")
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f still; $MINIBOX volume rm data inner mem") }
        return (box, folder)
    }

    @Test func volumesAreReached() throws {
        let (box, folder) = try made()
        try "put\n".write(toFile: folder + "/put", atomically: false, encoding: .utf8)
        // Before its first start.
        #expect(try box("cp", folder + "/put", "still:/data/in/").status == 0)
        #expect(try box("cp", folder + "/put", "still:/etc/put").status == 0)
        #expect(try box("cp", "still:/shown/file", "-").output.contains("of the host"))
        #expect(try box("cp", "still:/etc/one", folder + "/copy").status == 0)
        #expect(try String(contentsOfFile: folder + "/copy", encoding: .utf8) == "of the host")
        #expect(try box("start", "-a", "still").output == "put\nput\n")
        // After its end.
        #expect(try box("cp", "still:/data/new", folder + "/").status == 0)
        #expect(try String(contentsOfFile: folder + "/new", encoding: .utf8) == "new\n")
        #expect(try box("run", "--rm", "-v", "inner:/v", "busybox", "cat", "/v/put").output == "put\n")
        #expect(try box("cp", folder + "/put", "still:/shown/other").status == 125)
        #expect(!FileManager.default.fileExists(atPath: folder + "/other"))
        let list = try box("cp", "still:/data", "-").output
        #expect(list.contains("data/in/put") && list.contains("data/new"))
    }

    @Test func anArchiveIsOfItsOwnFilesAlone() throws {
        let (box, _) = try made()
        _ = try box("start", "-a", "still")
        let names = try box.shell("$MINIBOX export still | tar -t | grep -E '^(own|data|shown|etc/one)'").lines
        #expect(
            names.contains("own") && !names.contains { $0.hasPrefix("data/new") || $0.hasPrefix("shown/file") },
            "\(names)")
    }

    @Test func whatBeginsEmptyTakesNothing() throws {
        let box = try box()
        _ = try box("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "mem")
        try box("create", "--name", "still", "-v", "mem:/mem", "-v", "data:/data", "--read-only", "busybox", "true")
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f still; $MINIBOX volume rm data mem") }
        let file = try box.directory("files") + "/f"
        try "x".write(toFile: file, atomically: false, encoding: .utf8)
        #expect(try box("cp", file, "still:/mem/").errors.contains("read-only"))
        #expect(try box("cp", file, "still:/root/").errors.contains("read-only"))
        #expect(try box("cp", file, "still:/data/").status == 0)
        #expect(try box.shell("$MINIBOX cp still:/data/f -").output.contains("x"))
    }

    @Test func noLinkLeadsOut() throws {
        let box = try box()
        let folder = try box.directory("outside")
        try box(
            "run", "--name", "still", "-v", "data:/data", "busybox", "sh", "-c",
            "ln -s /../../..\(folder) /data/out; ln -s / /data/root")
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f still; $MINIBOX volume rm data") }
        let file = try box.directory("files") + "/f"
        try "x".write(toFile: file, atomically: false, encoding: .utf8)
        _ = try box("cp", file, "still:/data/out/f")
        #expect(try box("cp", file, "still:/data/root/tmp/f").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try box("diff", "still").lines.contains("A /tmp/f"))
        // A link at the place of a mount leads to a place inside.
        try box("run", "--name", "linked", "busybox", "sh", "-c", "rm -rf /data; ln -s /../../..\(folder) /data")
        try box("commit", "linked", "trap:1")
        try box("create", "--name", "trapped", "-v", "data:/data", "trap:1", "true")
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f linked trapped; $MINIBOX rmi trap:1") }
        #expect(try box("cp", file, "trapped:/data/g").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        #expect(try box("run", "--rm", "-v", "data:/v", "busybox", "cat", "/v/g").text == "x")
    }
}
