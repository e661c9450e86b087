// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--ipc`: whose shared memory and queues a container has.
@Suite(.commands, .box) struct SharedMemoryTests {
    private func box(_ flags: [String]) throws -> Box {
        let box = try TestSupport.box()
        box.removeContainersAtEnd()
        let started = try box.run(["run", "-d", "--name", "first"] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
        return box
    }

    @Test(arguments: [[], ["--userns", "host"], ["--shm-size", "1m"]])
    func whoJoinsHasWhatIsThere(_ flags: [String]) throws {
        let box = try box(["--ipc", "shareable"] + flags)
        try box("exec", "first", "sh", "-c", "echo of the first >/dev/shm/word")
        let second = try box(
            "run", "--rm", "--ipc", "container:first", "busybox", "sh", "-c",
            "cat /dev/shm/word; echo of the second >/dev/shm/word; grep -E ' /dev/(shm|mqueue) ' /proc/mounts; readlink /proc/self/ns/ipc"
        )
        #expect(second.status == 0, "\(second)")
        #expect(second.lines.first == "of the first" && second.lines.count == 4, "\(second)")
        #expect(second.lines.dropFirst().prefix(2).allSatisfy { $0.contains("nosuid,nodev,noexec") }, "\(second)")
        #expect(try box("exec", "first", "cat", "/dev/shm/word").text == "of the second")
        #expect(try second.lines.last == box("exec", "first", "readlink", "/proc/self/ns/ipc").text)
        // It is the same file system, with its size.
        let look = ["stat", "-c", "%d", "/dev/shm"]
        #expect(
            try box.run(["exec", "first"] + look).text
                == box.run(["run", "--rm", "--ipc", "container:first", "busybox"] + look).text)
        // And nobody else's.
        #expect(try box("run", "--rm", "busybox", "ls", "/dev/shm").text == "")
    }

    /// It is joined anew at each start, and a mount of its own takes the place.
    @Test func aContainerThatIsStartedAgainHasItToo() throws {
        let box = try box(["--ipc", "shareable"])
        try box("exec", "first", "sh", "-c", "echo kept >/dev/shm/word")
        let made = try box("run", "--name", "second", "--ipc", "container:first", "busybox", "cat", "/dev/shm/word")
        #expect(made.text == "kept", "\(made)")
        try box("exec", "first", "sh", "-c", "echo newer >/dev/shm/word")
        #expect(try box("start", "-a", "second").text == "newer")
        let own = try box(
            "run", "--rm", "--ipc", "container:first", "--tmpfs", "/dev/shm", "busybox", "ls", "/dev/shm")
        #expect(own.status == 0 && own.text == "", "\(own)")
        #expect(try box("inspect", "-f", "{{.HostConfig.IpcMode}}", "first").text == "shareable")
        try box("rm", "-f", "first")
        let gone = try box("start", "second")
        #expect(gone.status != 0 && gone.errors.contains("no container"), "\(gone)")
    }

    @Test(arguments: [[], ["--ipc", "private"], ["--ipc", "none"], ["--ipc", "host"]])
    func whoDoesNotShareIsNotJoined(_ flags: [String]) throws {
        let box = try box(flags)
        let refused = try box("run", "--rm", "--ipc", "container:first", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("start it with --ipc shareable"), "\(refused)")
        // Who looks into it for its owner is not asked.
        #expect(try box("debug", "--toolbox", "busybox", "first", "true").status == 0)
    }

    @Test func aSizeIsOfItsOwnAlone() throws {
        let box = try TestSupport.box()
        for mode in ["host", "none", "container:nobody"] {
            let refused = try box("run", "--rm", "--shm-size", "1m", "--ipc", mode, "busybox", "true")
            #expect(refused.status == 125 && refused.errors.contains("leave one of them out"), "\(refused)")
        }
        let own = try box(
            "run", "--rm", "--shm-size", "1m", "--ipc", "shareable", "busybox", "sh", "-c",
            "grep ' /dev/shm ' /proc/mounts")
        #expect(own.text.contains("size=1024k"), "\(own)")
    }

    @Test func noneHasNoSharedMemory() throws {
        let box = try TestSupport.box()
        let none = try box(
            "run", "--rm", "--ipc", "none", "busybox", "sh", "-c",
            "grep -c ' /dev/shm ' /proc/mounts; readlink /proc/self/ns/ipc")
        #expect(none.lines.first == "0", "\(none)")
        let host = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/ipc")
        #expect(none.lines.last != host && none.lines.count == 2)
    }

    /// What is taken has to be a file system in memory: the container may have put anything there.
    @Test func whatSomebodyHasPutInItsPlaceIsNotTaken() throws {
        let box = try box(["--ipc", "shareable", "--privileged"])
        let swapped = try box(
            "exec", "--privileged", "first", "sh", "-c", "umount /dev/shm && rmdir /dev/shm && ln -s /proc /dev/shm")
        try #require(swapped.status == 0, "\(swapped)")
        let refused = try box("run", "--rm", "--ipc", "container:first", "busybox", "ls", "/dev/shm")
        #expect(refused.status == 125 && refused.errors.contains("put something else there"), "\(refused)")
        // Who looks into it is not kept out by that.
        #expect(try box("debug", "--toolbox", "busybox", "first", "true").status == 0)
    }

    @Test func thePlanSaysWhatIsTaken() throws {
        let box = try box(["--ipc", "shareable"])
        let plan = try box("run", "--dry-run", "--ipc", "container:first", "busybox", "true")
        #expect(plan.status == 0 && plan.output.contains("take the /dev/shm of first"), "\(plan)")
    }
}
