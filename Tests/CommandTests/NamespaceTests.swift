// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Each namespace is the container's own unless it was asked to be another's.
@Suite(.commands, .box) struct NamespaceTests {
    static let kinds = ["pid", "mnt", "net", "ipc", "uts", "cgroup", "user"]
    static func host(_ kind: String) throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/\(kind)")
    }

    @Test(arguments: kinds) func isItsOwn(_ kind: String) throws {
        let inside = try box()("run", "--rm", "busybox", "readlink", "/proc/self/ns/\(kind)")
        #expect(inside.status == 0)
        #expect(inside.text.hasPrefix("\(kind):["))
        #expect(try inside.text != Self.host(kind))
    }

    @Test func hasTheHostsClocksUnlessItAskedForItsOwn() throws {
        let host = try Self.host("time")
        #expect(try box()("run", "--rm", "busybox", "readlink", "/proc/self/ns/time").text == host)
        let own = try box()("run", "--rm", "--timens", "private", "busybox", "readlink", "/proc/self/ns/time")
        #expect(own.status == 0, "\(own)")
        #expect(own.text != host)
    }

    @Test(arguments: [("network", "net"), ("pid", "pid"), ("ipc", "ipc"), ("uts", "uts"), ("cgroupns", "cgroup")])
    func isTheHostsWhereAsked(_ flag: String, _ kind: String) throws {
        let inside = try box()("run", "--rm", "--\(flag)", "host", "busybox", "readlink", "/proc/self/ns/\(kind)")
        #expect(inside.status == 0, "\(inside)")
        #expect(try inside.text == Self.host(kind))
    }

    @Test(arguments: [("network", "net"), ("pid", "pid"), ("ipc", "ipc"), ("uts", "uts"), ("cgroupns", "cgroup")])
    func isThatOfAnotherContainerWhereAsked(_ flag: String, _ kind: String) throws {
        let box = try box()
        try box.container("first", flag == "ipc" ? ["--ipc", "shareable"] : [])
        let first = try box("exec", "first", "readlink", "/proc/1/ns/\(kind)")
        let joined = try box(
            "run", "--rm", "--\(flag)", "container:first", "busybox", "readlink", "/proc/self/ns/\(kind)")
        #expect(joined.status == 0, "\(joined)")
        #expect(joined.text == first.text)
        let users = try box("run", "--rm", "--\(flag)", "container:first", "busybox", "readlink", "/proc/self/ns/user")
        #expect(try users.text == box("exec", "first", "readlink", "/proc/1/ns/user").text)
    }

    @Test func joinsOnlyAContainerThatRuns() throws {
        let box = try box()
        let unknown = try box("run", "--rm", "--pid", "container:nobody", "busybox", "true")
        #expect(unknown.status == 125)
        #expect(unknown.errors.contains("nobody"))
        try box("run", "--name", "ended", "busybox", "true")
        let ended = try box("run", "--rm", "--ipc", "container:ended", "busybox", "true")
        #expect(ended.status == 125)
        #expect(ended.errors.contains("the container ended is not running"))
        try box("rm", "ended")
    }

    @Test func seesItsOwnProcessesAlone() throws {
        let inside = try box()("run", "--rm", "busybox", "sh", "-c", "echo $$; ls /proc | grep -c '^[0-9]'; true")
        #expect(inside.lines.first == "1")
        #expect(inside.lines.last.flatMap { Int($0) }.map { $0 <= 4 } == true, "\(inside)")
    }

    @Test func hasTheLoopbackUpAndNoOtherLink() throws {
        let inside = try box()(
            "run", "--rm", "--network", "none", "busybox", "sh", "-c",
            // 7070, and LISTEN.
            "ls /sys/class/net; (echo hello | nc -l -p 7070 >/dev/null &); "
                + "until cat /proc/net/tcp* | grep -q ':1B9E .* 0A '; do sleep 0.02; done; nc -w 60 127.0.0.1 7070 </dev/null"
        )
        #expect(inside.text == "lo\nhello", "\(inside)")
    }

    @Test func hasAHostNameOfItsOwn() throws {
        let inside = try box()(
            "run", "--rm", "-h", "web.example", "busybox", "sh", "-c",
            "hostname; cat /etc/hostname; echo $HOSTNAME; cat /etc/hosts")
        #expect(inside.lines.prefix(3) == ["web.example", "web.example", "web.example"])
        #expect(inside.output.contains("web.example"))
        #expect(ProcessInfo.processInfo.hostName != "web.example")
    }

    @Test func isNamedByItsIDWhenNothingElseWasAsked() throws {
        let box = try box()
        let file = box.folder + "/id"
        let inside = try box("run", "--rm", "--cidfile", file, "busybox", "hostname")
        #expect(try String(contentsOfFile: file, encoding: .utf8).prefix(12) == inside.text)
    }

    @Test func seesItsOwnCgroupAsTheRoot() throws {
        let inside = try box()("run", "--rm", "busybox", "sh", "-c", "grep ^0: /proc/self/cgroup")
        #expect(inside.text == "0::/")
        #expect(try box()("run", "--rm", "busybox", "mkdir", "/sys/fs/cgroup/mine").status != 0)
    }
}
