// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is in /dev, and that no other device can be reached.
@Suite(.commands, .box) struct DeviceTests {
    static let nodes = [
        "core", "fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin", "stdout", "tty",
        "urandom", "zero",
    ]

    @Test func devHoldsTheseAlone() throws {
        #expect(try box()("run", "--rm", "busybox", "ls", "/dev").lines == Self.nodes)
        let kinds = try box()(
            "run", "--rm", "busybox", "sh", "-c",
            "cd /dev; stat -c '%n %t:%T %a %u' full null random tty urandom zero; find /dev -type b; find /dev -type c | wc -l"
        )
        #expect(
            kinds.lines == [
                "full 1:7 666 0", "null 1:3 666 0", "random 1:8 666 0", "tty 5:0 666 0", "urandom 1:9 666 0",
                "zero 1:5 666 0", "7",
            ], "\(kinds)")
    }

    @Test func theyWork() throws {
        let inside = try box()(
            "run", "--rm", "-u", "1000", "busybox", "sh", "-c",
            "head -c 4 /dev/zero | wc -c; head -c 4 /dev/urandom | wc -c; echo x >/dev/null && echo written; echo out >/dev/stdout; echo x >/dev/full"
        )
        #expect(inside.text == "4\n4\nwritten\nout", "\(inside)")
        #expect(inside.errors.contains("No space left"))
    }

    @Test func sharedMemoryHasTheSizeAsked() throws {
        let box = try box()
        #expect(
            try box("run", "--rm", "busybox", "sh", "-c", "df -k /dev/shm | awk 'NR>1{print $2}'; stat -c %a /dev/shm")
                .lines == ["65536", "1777"])
        #expect(
            try box("run", "--rm", "--shm-size", "8m", "busybox", "sh", "-c", "df -k /dev/shm | awk 'NR>1{print $2}'")
                .text == "8192")
    }

    @Test func theFileSystemsHaveTheirKinds() throws {
        let inside = try box()(
            "run", "--rm", "busybox", "sh", "-c",
            "awk '{print $2, $3}' /proc/mounts | grep -E '^/(proc|sys|dev|sys/fs/cgroup|dev/[a-z]+)? ' | sort")
        #expect(
            inside.lines == [
                "/ overlay", "/dev tmpfs", "/dev/mqueue mqueue", "/dev/pts devpts", "/dev/shm tmpfs", "/proc proc",
                "/sys sysfs", "/sys/fs/cgroup cgroup2",
            ], "\(inside)")
    }

    @Test func aDeviceOfTheHostIsThereWhereAsked() throws {
        let box = try box()
        try box.shell("mknod \(box.folder)/zero c 1 5")
        let inside = try box(
            "run", "--rm", "--device", "\(box.folder)/zero:/dev/folder/nothing:r", "busybox", "sh", "-c",
            "stat -c '%t:%T %u' /dev/folder/nothing; head -c 3 /dev/folder/nothing | wc -c")
        #expect(inside.lines == ["1:5 0", "3"], "\(inside)")
        try #require(FileManager.default.fileExists(atPath: "/dev/fuse"), "needs /dev/fuse")
        let fuse = try box(
            "run", "--rm", "--device", "/dev/fuse", "busybox", "sh", "-c", "exec 3<>/dev/fuse && echo open")
        #expect(fuse.text == "open", "\(fuse)")
        let reading = try box(
            "run", "--rm", "--device", "/dev/fuse:/dev/fuse:r", "busybox", "sh", "-c", "exec 3<>/dev/fuse && echo open")
        #expect(reading.status != 0 && reading.errors.contains("Operation not permitted"), "\(reading)")
    }

    @Test(arguments: [[], ["--userns", "host"], ["--cap-add", "MKNOD"], ["--cap-add", "ALL"]])
    func noNodeIsMadeWithoutTheRight(_ flags: [String]) throws {
        let inside = try box().run(["run", "--rm"] + flags + ["probe", "devices"])
        #expect(inside.status == 0)
        #expect(inside.lines.count > 10)
        #expect(inside.lines.allSatisfy { $0.contains("mknod EPERM") }, "\(inside)")
    }

    @Test(arguments: [["--cap-add", "MKNOD"], ["--cap-add", "ALL", "--security-opt", "seccomp=unconfined"]])
    func aNodeThatWasMadeStaysShut(_ flags: [String]) throws {
        let inside = try box().run(["run", "--rm", "--userns", "host"] + flags + ["probe", "devices"])
        #expect(inside.status == 0, "\(inside)")
        #expect(inside.lines.first == "null mknod 0 open 0")
        #expect(inside.lines.dropFirst().allSatisfy { $0.hasSuffix("mknod 0 open EPERM") }, "\(inside)")
    }

    @Test func aPrivilegedContainerHasTheDevicesOfTheHost() throws {
        let inside = try box()(
            "run", "--rm", "--privileged", "busybox", "sh", "-c",
            "test -c /dev/kmsg && head -c 0 /dev/kmsg && echo kmsg; ls /dev/pts")
        #expect(inside.lines == ["kmsg", "ptmx"], "\(inside)")
    }
}
