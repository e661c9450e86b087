// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `cp` between a container that runs, or has ended, and the host.
@Suite(.commands, .box) struct CopyTests {
    private static let script = """
        mkdir -p /data/sub; echo in >/data/f; chown 5:6 /data/f; chmod 640 /data/f; ln -s f /data/l; \
        ln -s /data /dl; echo go; sleep 1000
        """

    /// A container with files, and a folder of the host's with others.
    private func start(_ flags: String...) throws -> Box {
        let box = try box()
        #expect(try box.container("files", flags, script: Self.script).waitForOutput("go"))
        try box.directory("h/d")
        try box.file("h/file", "host\n", permissions: 0o604)
        try box.file("h/d/x", "deep\n")
        try FileManager.default.createSymbolicLink(atPath: box.folder + "/h/link", withDestinationPath: "file")
        #expect(chown(box.folder + "/h/file", 1234, 77) == 0)
        return box
    }

    private func list(_ path: String, of box: Box) throws -> [String] {
        try box("exec", "files", "sh", "-c", "cd \(path) && find . | sort").lines
    }

    private func owner(_ path: String, of box: Box) throws -> String {
        try box("exec", "files", "stat", "-c", "%u:%g:%a", path).text
    }

    @Test(arguments: ["auto", "host"]) func aFileGoesInAndOut(_ users: String) throws {
        let box = try start("--userns", users)
        let host = box.folder + "/h"
        #expect(try box("cp", host + "/file", "files:/new").status == 0)
        #expect(try box("exec", "files", "cat", "/new").output == "host\n")
        #expect(try owner("/new", of: box) == "0:0:604")
        // Over one that is there, into a directory, and through a link to one.
        #expect(try box("cp", host + "/d/x", "files:/new").status == 0)
        #expect(try box("exec", "files", "cat", "/new").output == "deep\n")
        #expect(try box("cp", host + "/file", "files:/dl").status == 0)
        #expect(try box("exec", "files", "cat", "/data/file").output == "host\n")
        #expect(try box("cp", "files:/data/f", box.folder + "/out").status == 0)
        #expect(try String(contentsOfFile: box.folder + "/out", encoding: .utf8) == "in\n")
        #expect(try box.shell("stat -c %u:%g:%a \(box.folder)/out").text == "0:0:640")
    }

    @Test(arguments: ["auto", "host"]) func ownersAreKeptIfAsked(_ users: String) throws {
        let box = try start("--userns", users)
        #expect(try box("cp", "-a", box.folder + "/h/file", "files:/kept").status == 0)
        #expect(try owner("/kept", of: box) == "1234:77:604")
        #expect(try box("cp", "--archive", "files:/data/f", box.folder + "/out").status == 0)
        #expect(try box.shell("stat -c %u:%g \(box.folder)/out").text == "5:6")
    }

    @Test func aDirectoryGoesByDockersRules() throws {
        let box = try start()
        let host = box.folder + "/h"
        let whole = [".", "./d", "./d/x", "./file", "./link"]
        // To a name that is not there, into a directory that is, and its contents alone.
        #expect(try box("cp", host, "files:/made").status == 0)
        #expect(try list("/made", of: box) == whole)
        #expect(try box("cp", host, "files:/data/sub/").status == 0)
        #expect(try list("/data/sub/h", of: box) == whole)
        #expect(try box("cp", host + "/.", "files:/data/sub/h/d").status == 0)
        #expect(try list("/data/sub/h/d", of: box) == [".", "./d", "./d/x", "./file", "./link", "./x"])
        #expect(try box("cp", "files:/data", box.folder + "/out").status == 0)
        #expect(
            try box.shell("cd \(box.folder)/out && find . | sort").lines == [".", "./f", "./l", "./sub"]
                + ["./sub/h", "./sub/h/d", "./sub/h/d/d", "./sub/h/d/d/x", "./sub/h/d/file", "./sub/h/d/link"]
                + ["./sub/h/d/x", "./sub/h/file", "./sub/h/link"])
    }

    @Test func linksAreCopiedOrFollowed() throws {
        let box = try start()
        try box("cp", box.folder + "/h/link", "files:/as-link")
        #expect(try box("exec", "files", "readlink", "/as-link").text == "file")
        try box("cp", "-L", box.folder + "/h/link", "files:/as-file")
        #expect(try box("exec", "files", "cat", "/as-file").output == "host\n")
        try box("cp", "files:/data/l", box.folder + "/l")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: box.folder + "/l") == "f")
        try box("cp", "--follow-link", "files:/data/l", box.folder + "/f")
        #expect(try String(contentsOfFile: box.folder + "/f", encoding: .utf8) == "in\n")
        // A link to nothing is written through, within the container's root.
        try box("exec", "files", "ln", "-s", "/data/later", "/dangling")
        try box("cp", box.folder + "/h/file", "files:/dangling")
        #expect(try box("exec", "files", "cat", "/data/later").output == "host\n")
    }

    @Test func whatCannotBeIsSaid() throws {
        let box = try start()
        let host = box.folder + "/h"
        for (source, target, words) in [
            (host + "/file", "files:/no/such", "could not find the file /no in the container files"),
            (host + "/file", "files:/nodir/", "does not exist"), (host, "files:/data/f", "onto the file"),
            (host + "/file", "files:/data/f/", "no directory"), ("files:/nothing", host, "could not find the file"),
            ("files:/data", host + "/file", "onto the file"), (host + "/none", "files:/", "could not find the file"),
            ("files:/a", "files:/b", "between containers"), (host, host, "neither side"),
            ("none:/a", host, "there is no container"), ("-", "-", "neither side"),
            ("-", "files:/none", "could not find"),
            ("-", "files:/data/f", "not a directory"),
        ] {
            let refused = try box("cp", source, target)
            #expect(refused.status != 0 && refused.errors.contains(words), "\(source) \(target): \(refused)")
        }
        // A directory does not make way for a file of its name, nor a file for a directory.
        try box("exec", "files", "mkdir", "/data/file")
        #expect(try box("cp", host + "/file", "files:/data").errors.contains("stays"))
        try box("exec", "files", "touch", "/data/h")
        #expect(try box("cp", host, "files:/data").errors.contains("what is there by its name is not"))
        #expect(try box("exec", "files", "stat", "-c", "%F", "/data/file").text == "directory")
    }

    @Test func archivesGoThroughTheStreams() throws {
        let box = try start()
        let names = try box.shell("$MINIBOX cp files:/data - | tar tf - | sort").lines
        #expect(names == ["data/", "data/f", "data/l", "data/sub/"])
        #expect(try box.shell("$MINIBOX cp files:/data/. - | tar tf - | sort").lines == ["./", "f", "l", "sub/"])
        #expect(try box.shell("$MINIBOX cp files:/data/f - | tar tvf -").text.contains("5/6"))
        let sent = try box.shell("tar cf - -C \(box.folder)/h . | $MINIBOX cp - files:/data/sub")
        #expect(sent.status == 0, "\(sent)")
        #expect(try list("/data/sub", of: box) == [".", "./d", "./d/x", "./file", "./link"])
        #expect(try owner("/data/sub/file", of: box) == "0:0:604")
        #expect(try box.shell("tar cf - -C \(box.folder)/h file | $MINIBOX cp -a - files:/data").status == 0)
        #expect(try owner("/data/file", of: box) == "1234:77:604")
    }

    @Test func aContainerThatHasEndedHasItsFiles() throws {
        let box = try box()
        let host = try box.file("host", "host\n")
        for users in ["auto", "host"] {
            try box(
                "run", "--name", "ended", "--userns", users, "busybox", "sh", "-c", "echo in >/kept; chown 5:6 /kept")
            #expect(try box("cp", "-a", "ended:/kept", box.folder + "/out").status == 0)
            #expect(try box.shell("cat \(box.folder)/out; stat -c %u:%g \(box.folder)/out").lines == ["in", "5:6"])
            #expect(try box("cp", host, "ended:/bin/host").status == 0)
            #expect(try box("diff", "ended").lines.contains("A /bin/host"))
            #expect(try box.shell("$MINIBOX cp ended:/bin/host - | tar tvf -").text.contains("0/0"))
            try box("rm", "ended")
        }
        try box("run", "--name", "sealed", "--read-only", "busybox", "true")
        #expect(try box("cp", host, "sealed:/x").errors.contains("read-only"))
        #expect(try box("cp", "sealed:/etc/passwd", box.folder + "/passwd").status == 0)
        try box("rm", "sealed")
    }

    @Test func aVolumeIsReachedWhereItIsMounted() throws {
        let box = try box()
        let shared = try box.directory("shared", permissions: 0o777)
        try box.container("files", ["-v", shared + ":/mnt/shared", "--userns", "host"])
        try box("cp", try box.file("host", "host\n"), "files:/mnt/shared/x")
        #expect(try String(contentsOfFile: shared + "/x", encoding: .utf8) == "host\n")
        try box("cp", "files:/mnt/shared/x", box.folder + "/back")
        #expect(FileManager.default.fileExists(atPath: box.folder + "/back"))
    }

    @Test func quietSaysNothingOnATerminal() throws {
        let box = try start()
        for flag in ["-q", "--quiet"] {
            #expect(try box("cp", flag, "files:/data/f", box.folder + "/out").errors == "")
        }
        let terminal = try Pseudoterminal()
        let program = try box.start(on: terminal, "cp", "files:/data/f", box.folder + "/out")
        #expect(terminal.waitFor("copied 3 bytes"))
        #expect(program.wait(seconds: 10).status == 0)
    }
}
