// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `export`: all files of a container as an archive.
@Suite(.commands, .box) struct ExportTests {
    @Test(arguments: ["auto", "host"]) func aRunningContainerIsExportedWithoutItsMounts(_ users: String) throws {
        let box = try box()
        let shared = try box.directory("shared", permissions: 0o777)
        try box.file("shared/theirs", "x")
        let container = try box.container(
            "busy", ["--userns", users, "-v", shared + ":/mnt/shared"],
            script: "echo mine >/kept; chown 5:6 /kept; echo go; sleep 1000")
        #expect(container.waitForOutput("go"))
        let file = box.folder + "/all.tar"
        #expect(try box("export", "-o", file, "busy").status == 0)
        let list = try box.shell("tar tvf \(file)").output
        #expect(list.contains("5/6") && list.contains(" kept\n") && list.contains(" bin/busybox\n"))
        #expect(!list.contains("theirs") && !list.contains(" proc/1/") && !list.contains(" dev/null"))
        #expect(try box.shell("tar xOf \(file) kept").output == "mine\n")
        #expect(try box("import", file, "again").status == 0)
        box.atEnd { _ = try? box("rmi", "again") }
        #expect(try box("run", "--rm", "again", "cat", "/kept").output == "mine\n")
    }

    @Test func aContainerThatHasEndedIsExportedToAStream() throws {
        let box = try box()
        try box("run", "--name", "ended", "busybox", "sh", "-c", "echo mine >/kept; rm /etc/group")
        box.atEnd { _ = try? box("rm", "ended") }
        let names = try box.shell("$MINIBOX export ended | tar tf -").lines
        #expect(names.contains("kept") && names.contains("etc/passwd") && !names.contains("etc/group"))
        #expect(
            try box.shell("$MINIBOX container export --output \(box.folder)/x ended; tar tf \(box.folder)/x").lines
                == names)
    }

    @Test func anExportIsWholeOrNotThere() throws {
        let box = try box()
        #expect(try box("export", "-o", box.folder + "/x", "none").status != 0)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: box.folder).filter {
                $0.hasPrefix("x") || $0.hasPrefix(".x")
            } == [])
        try box("run", "--name", "ended", "busybox", "true")
        box.atEnd { _ = try? box("rm", "ended") }
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "export", "ended")
        #expect(program.wait(seconds: 10).status != 0)
        #expect(try box("export", "-o", "/dev/full", "ended").errors.contains("no space left"))
    }
}
