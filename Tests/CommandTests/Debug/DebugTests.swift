// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Looking at containers and images with the programs of another: `minibox debug`.
@Suite(.commands, .box) struct DebugTests {
    /// A box with the image `scratch`, which has one program and nothing else.
    private func box() throws -> Box {
        let box = try TestSupport.box()
        let folder = try box.directory("scratch")
        _ = try box.shell(
            "tar -xOf '\(TestMachine.archive("busybox"))' ./bin/busybox >'\(folder)/sleep'; chmod 755 '\(folder)/sleep'; "
                + "tar -cf '\(box.folder)/scratch.tar' -C '\(folder)' sleep")
        try #require(try box("import", box.folder + "/scratch.tar", "scratch").status == 0)
        box.atEnd { _ = try? box("rmi", "-f", "scratch") }
        box.removeContainersAtEnd()
        return box
    }

    @Test func besideAContainerWithoutAShell() throws {
        let box = try box()
        try box("run", "-d", "--name", "bare", "--hostname", "bare-host", "scratch", "/sleep", "1000")
        #expect(try box("exec", "bare", "sh").status == 127)
        let looked = try box("debug", "bare", "sh", "-c", "ls /target; hostname; cat /proc/1/cmdline; ls /proc/1/root/")
        #expect(looked.status == 0, "\(looked)")
        #expect(looked.lines.first == "dev" && looked.output.contains("sleep\n") && looked.output.contains("bare-host"))
        #expect(looked.output.contains("/sleep\u{0}1000"))
        // What is written there the container has.
        #expect(try box("debug", "bare", "sh", "-c", "echo word >/target/file; touch /else").status == 0)
        #expect(try box("debug", "bare", "cat", "/target/file", "/proc/1/root/file").text == "word\nword")
        #expect(try box("diff", "bare").text == "A /file")
        #expect(try box("debug", "bare", "sh", "-c", "exit 7").status == 7)
    }

    @Test(arguments: [["--userns", "private"], ["--userns", "host"], ["--network", "host"]])
    func itsNamespacesAndRightsAreTheContainers(_ flags: [String]) throws {
        let box = try box()
        let filters = ["--cap-drop", "all", "--cap-add", "chown", "--ulimit", "nofile=300:400"]
        try box.run(["run", "-d", "--name", "owner"] + filters + flags + ["busybox", "sleep", "1000"])
        let look = """
            for kind in pid net ipc uts cgroup user; do readlink /proc/self/ns/$kind; done
            grep -E 'Cap|NoNewPrivs|Seccomp:' /proc/self/status; ulimit -n; cat /proc/self/uid_map; id -u
            """
        let (inside, beside) = (try box("exec", "owner", "sh", "-c", look), try box("debug", "owner", "sh", "-c", look))
        #expect(inside.status == 0 && inside.output == beside.output, "\(inside) \(beside)")
        // Its mounts are its own.
        #expect(
            try box("exec", "owner", "readlink", "/proc/self/ns/mnt").text
                != box("debug", "owner", "readlink", "/proc/self/ns/mnt").text)
        let free = try box("debug", "--privileged", "owner", "grep", "-E", "Seccomp:|NoNewPrivs", "/proc/self/status")
        #expect(free.lines == ["NoNewPrivs:\t0", "Seccomp:\t0"], "\(free)")
    }

    @Test func mountsOfTheContainerAreSeen() throws {
        let box = try box()
        let data = try box.directory("data")
        try box.file("data/file", "bound")
        try box(
            "run", "-d", "--name", "mounts", "-v", data + ":/data", "--tmpfs", "/scratch", "busybox", "sh", "-c",
            "echo hidden >/scratch/x; sleep 1000")
        #expect(Clock.wait { (try? box("debug", "mounts", "cat", "/target/scratch/x").text) == "hidden" })
        #expect(try box("debug", "mounts", "cat", "/target/data/file").text == "bound")
        // What is unmounted in the copy, is in the copy alone.
        let taken = try box("debug", "--privileged", "mounts", "sh", "-c", "umount /target/scratch; ls /target/scratch")
        #expect(taken.text.isEmpty)
        #expect(try box("exec", "mounts", "cat", "/scratch/x").text == "hidden")
    }

    @Test func anImageAndAContainerThatDoesNotRun() throws {
        let box = try box()
        let image = try box(
            "debug", "scratch", "sh", "-c", "ls /target; touch /target/x; echo $?; ls /proc | grep -c '^[0-9]'")
        #expect(image.lines.contains("sleep") && image.lines.contains("1"), "\(image)")
        #expect(image.errors.contains("Read-only file system"))
        try box("create", "--name", "made", "busybox", "sleep", "1000")
        try box("cp", box.folder + "/scratch.tar", "made:/copied")
        let made = try box("debug", "made", "sh", "-c", "ls /target; touch /target/x")
        #expect(
            made.lines.contains("copied") && made.lines.contains("bin") && made.errors.contains("Read-only"), "\(made)")
        // It is as it was.
        #expect(try box("diff", "made").text == "A /copied" && box("start", "made").status == 0)
    }

    @Test func theToolboxIsChosen() throws {
        let box = try box()
        let other = try box("debug", "--toolbox", "probe", "scratch", "sh", "-c", "command -v syscalls")
        #expect(other.text == "/bin/syscalls")
        let named = try box.run(
            ["debug", "scratch", "sh", "-c", "command -v syscalls"], environment: ["MINIBOX_TOOLBOX": "probe"])
        #expect(named.text == "/bin/syscalls")
        #expect(try box("debug", "--toolbox", "no-such", "scratch").status == 125)
        #expect(try box("debug", "nothing-like-that").errors.contains("there is no container"))
        #expect(try box("debug", "scratch", "/no/such").status == 127)
    }

    @Test func thePlanSaysIt() throws {
        let box = try box()
        try box("run", "-d", "--name", "seen", "scratch", "/sleep", "1000")
        let plan = try box("debug", "--dry-run", "seen")
        #expect(
            plan.status == 0 && plan.output.contains("setns, open_tree") && plan.output.contains("of seen"), "\(plan)")
        #expect(try box("debug", "--explain=json", "seen", "true").errors.contains("\"copyRoot\""))
    }

    @Test func nothingIsLeftWhereItIsKilled() throws {
        let box = try box()
        try box("run", "-d", "--name", "stays", "scratch", "/sleep", "1000")
        let looking = try box.start("debug", "stays", "sh", "-c", "echo ready; sleep 1000")
        #expect(looking.waitForOutput("ready"))
        looking.stop()
        #expect(Clock.wait { (try? box("top", "stays").lines.count) == 2 })
    }
}

/// Where there is no toolbox.
@Suite(.commands, .emptyBox) struct DebugWithoutToolboxTests {
    @Test func itIsSaidHowToGetOne() throws {
        let box = try box()
        try box("import", TestMachine.archive("busybox"), "other")
        let refused = try box("debug", "other")
        #expect(refused.status == 125 && refused.errors.contains("minibox import FILE toolbox"), "\(refused)")
        #expect(try box("debug", "--toolbox", "other", "other", "echo", "fine").text == "fine")
    }
}
