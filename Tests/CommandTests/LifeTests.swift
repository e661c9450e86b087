// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// From run to rm: names, codes, records, and what enters a container later.
@Suite(.commands, .box) struct LifeTests {
    @Test(arguments: [0, 1, 7, 125, 255] as [Int32]) func theCodeIsThePrograms(_ code: Int32) throws {
        #expect(try box()("run", "--rm", "busybox", "sh", "-c", "exit \(code)").status == code)
    }

    @Test func aProgramThatIsNotThereIs127() throws {
        let box = try box()
        for word in ["no-such-program", "/no/such/program", "./relative"] {
            let missing = try box("run", "--rm", "busybox", word)
            #expect(missing.status == 127, "\(missing)")
            #expect(missing.errors.contains(word), "\(missing)")
        }
        #expect(try box("run", "--rm", "odd-files", "/bin/no-interpreter").status == 127)
    }

    @Test(arguments: ["/bin/notexec", "/bin/folder", "/bin/not-a-program", "/bin/empty"])
    func aProgramThatCannotBeExecutedIs126(_ path: String) throws {
        let refused = try box()("run", "--rm", "odd-files", path)
        #expect(refused.status == 126, "\(refused)")
        #expect(refused.errors.contains(path))
    }

    @Test func anErrorOfOursIs125() throws {
        let box = try box()
        #expect(try box("run", "--rm", "no-such-image", "true").status == 125)
        #expect(try box("run", "--no-such-flag", "busybox", "true").status == 125)
        #expect(try box("run", "--rm", "--memory", "12q", "busybox", "true").status == 125)
    }

    @Test func wordsAfterTheImageAreTheCommands() throws {
        let inside = try box()("run", "--rm", "busybox", "echo", "--rm", "-it", "--name", "x")
        #expect(inside.text == "--rm -it --name x")
    }

    @Test func theEntryPointCanBeAnother() throws {
        let box = try box()
        #expect(try box("run", "--rm", "--entrypoint", "/bin/echo", "busybox", "a", "b").text == "a b")
        try box(
            "import", "--change", "ENTRYPOINT [\"echo\", \"entry\"]", "--change", "CMD [\"command\"]",
            TestMachine.archive("busybox"), "entry")
        box.atEnd { _ = try? box("rmi", "entry") }
        #expect(try box("run", "--rm", "entry").text == "entry command")
        #expect(try box("run", "--rm", "entry", "mine").text == "entry mine")
        #expect(try box("run", "--rm", "--entrypoint", "", "entry", "echo", "bare").text == "bare")
        #expect(try box("run", "--rm", "--entrypoint", "id", "entry", "-u").text == "0")
    }

    @Test func aContainerIsKeptUntilItIsRemoved() throws {
        let box = try box()
        #expect(
            try box(
                "run", "--name", "kept", "-l", "a=b", "--label", "c", "busybox", "sh", "-c", "echo kept >/file; exit 4"
            ).status == 4)
        #expect(try !box("ps").output.contains("kept"))
        let all = try box("ps", "-a")
        #expect(all.output.contains("kept") && all.output.contains("Exited (4)") && all.output.contains("busybox"))
        let record =
            try JSONSerialization.jsonObject(with: Data(box("inspect", "kept").output.utf8)) as? [[String: Any]]
        let first = try #require(record?.first)
        #expect(first["Name"] as? String == "/kept")
        let config = try #require(first["Config"] as? [String: Any])
        #expect((config["Labels"] as? [String: String]) == ["a": "b", "c": ""])
        let state = try #require(first["State"] as? [String: Any])
        #expect(state["Status"] as? String == "exited" && state["ExitCode"] as? Int == 4)
        let id = try #require(first["Id"] as? String)
        #expect(id.count == 64)
        #expect(try box("inspect", String(id.prefix(8))).status == 0)
        #expect(try box("rm", "kept").text == "kept")
        #expect(try box("inspect", "kept").status != 0)
    }

    @Test func anEndThatWasWrittenDownStays() throws {
        let box = try box()
        try box("run", "--name", "told", "busybox", "sh", "-c", "exit 4")
        let record =
            try JSONSerialization.jsonObject(with: Data(box("inspect", "told").output.utf8)) as? [[String: Any]]
        let id = try #require(record?.first?["Id"] as? String)
        // As after a kill of the supervisor between its last two acts.
        let run = try box.directory("run/containers/\(id)")
        try FileManager.default.copyItem(
            atPath: "\(box.root)/containers/\(id)/record.json", toPath: run + "/record.json")
        try box.file("run/containers/\(id)/lock", "")
        #expect(try box.shell("sed -i 's/exited/created/' \(run)/record.json").status == 0)
        // A kill would have left a mark there; without the file each container is looked at.
        try box.shell("rm -f \(box.runRoot)/containers/.holders")
        #expect(try box("ps", "-a").output.contains("Exited (4)"))
        #expect(!FileManager.default.fileExists(atPath: run))
        try box("rm", "told")
    }

    /// What could not be removed is looked for again by the next command.
    @Test func whatIsInTheWayOfARemovalIsRemovedLater() throws {
        let box = try box()
        try box("run", "--name", "stuck", "busybox", "true")
        let id = try box("inspect", "-f", "{{.Id}}", "stuck").text
        let place = "\(box.root)/containers/\(id)/upper"
        try box.shell("mkdir \(place)/held && mount --bind \(place)/held \(place)/held")
        #expect(try box("rm", "stuck").status == 1)
        try box.shell("umount \(place)/held")
        #expect(try box("ps", "-aq").output.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: "\(box.root)/containers/\(id)"))
    }

    @Test func aContainerOfTheFlagRmIsGone() throws {
        let box = try box()
        try box("run", "--rm", "--name", "gone", "busybox", "true")
        #expect(try box("ps", "-aq").text == "")
        #expect(try box("run", "--rm", "--name", "gone", "busybox", "true").status == 0)
    }

    @Test func aNameIsTakenOnce() throws {
        let box = try box()
        try box("run", "--name", "taken", "busybox", "true")
        let refused = try box("run", "--rm", "--name", "taken", "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("the name taken is taken"))
        try box("rm", "taken")
    }

    @Test func theFileForTheIDIsNotWrittenOver() throws {
        let box = try box()
        let file = box.folder + "/id"
        #expect(try box("run", "--rm", "--cidfile", file, "busybox", "true").status == 0)
        #expect(try String(contentsOfFile: file, encoding: .utf8).count == 64)
        #expect(try box("run", "--rm", "--cidfile", file, "busybox", "true").status == 125)
    }

    @Test func aRunningContainerIsRemovedByForceAlone() throws {
        let box = try box()
        let program = try box.container("busy")
        let refused = try box("rm", "busy")
        #expect(refused.status == 1 && refused.errors.contains("is running"), "\(refused)")
        #expect(try box("rm", "-f", "busy").status == 0)
        #expect(program.wait().status == 137)
        #expect(try box("ps", "-aq").text == "")
        #expect(try box("rm", "nobody").status == 1)
    }

    @Test func execEntersEveryNamespaceAndTheCgroup() throws {
        let box = try box()
        try box.container("entered")
        let script = "for n in pid mnt net ipc uts cgroup user; do readlink /proc/self/ns/$n; done"
        let inside = try box("exec", "entered", "sh", "-c", script)
        let first = try box("exec", "entered", "sh", "-c", script.replacingOccurrences(of: "self", with: "1"))
        #expect(inside.lines.count == 7)
        #expect(inside.lines == first.lines)
        #expect(try box("exec", "entered", "grep", "^0:", "/proc/self/cgroup").text == "0::/")
        #expect(try box("exec", "entered", "hostname").text == box("ps", "-q").text)
    }

    @Test func execHasItsFlags() throws {
        let box = try box()
        try box.container("flags", ["-e", "OF=container", "-w", "/tmp", "-u", "app"])
        let plain = try box("exec", "flags", "sh", "-c", "id -u; pwd; echo $OF $HOME $container")
        #expect(plain.lines == ["1000", "/tmp", "container /home/app minibox"])
        let changed = try box(
            "exec", "-e", "OF=line", "-u", "daemon", "-w", "/etc", "flags", "sh", "-c", "id -u; pwd; echo $OF")
        #expect(changed.lines == ["1", "/etc", "line"], "\(changed)")
        #expect(try box("exec", "-i", "flags", "cat", input: "through\n").text == "through")
        #expect(try box("exec", "flags", "cat", input: "not read").output == "")
        #expect(try box("exec", "-t", "flags", "tty").output.contains("/dev/pts/"))
    }

    @Test func execHasTheCodesOfRun() throws {
        let box = try box()
        try box.container("codes")
        #expect(try box("exec", "codes", "sh", "-c", "exit 9").status == 9)
        #expect(try box("exec", "codes", "no-such-program").status == 127)
        #expect(try box("exec", "codes", "/etc/passwd").status == 126)
        #expect(try box("exec", "codes", "sh", "-c", "kill -9 $$").status == 137)
        let refused = try box("exec", "-u", "nobody-here", "codes", "true")
        #expect(refused.status == 125 || refused.status == 126, "\(refused)")
    }

    @Test func execNeedsAContainerThatRuns() throws {
        let box = try box()
        try box("run", "--name", "ended", "busybox", "true")
        let refused = try box("exec", "ended", "true")
        #expect(refused.status != 0 && refused.errors.contains("not running"), "\(refused)")
        let unknown = try box("exec", "endde", "true")
        #expect(unknown.status != 0 && unknown.errors.contains("did you mean ended?"), "\(unknown)")
        try box("rm", "ended")
    }

    @Test func execInAContainerWithTheHostsUsers() throws {
        let box = try box()
        try box.container("plain", ["--userns", "host"])
        #expect(try box("exec", "plain", "id", "-u").text == "0")
        try box.container("all", ["--privileged"])
        let inside = try box("exec", "all", "grep", "Seccomp:", "/proc/self/status")
        #expect(inside.text == "Seccomp:\t0", "\(inside)")
    }
}
