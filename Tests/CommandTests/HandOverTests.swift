// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What passes from this command and the host to a program inside, and what must not.
@Suite(.commands, .box) struct HandOverTests {
    @Test(arguments: [[], ["--userns", "host"]]) func theNullDeviceIsTheContainersOwn(_ flags: [String]) throws {
        let inside = try box().run(
            ["run", "--rm"] + flags + ["busybox", "stat", "-L", "-c", "%d:%i %t:%T", "/proc/self/fd/0", "/dev/null"])
        #expect(inside.lines.count == 2 && inside.lines.first == inside.lines.last, "\(inside)")
        #expect(inside.lines.first?.hasSuffix(" 1:3") == true, "\(inside)")
    }

    @Test func theMaskOfTheCallerStaysOutside() throws {
        let box = try box()
        let inside = try box.shell("umask 077; \"$MINIBOX\" run --rm -u 1000 busybox sh -c 'ls -d /; umask'")
        #expect(inside.text == "/\n0022", "\(inside)")
    }

    @Test func aLinkToTheKernelsFilesIsNoPlaceToMount() throws {
        let box = try box()
        let tree = try box.directory("linked")
        try FileManager.default.createSymbolicLink(atPath: tree + "/data", withDestinationPath: "/proc")
        #expect(try box("import", tree, "linked").status == 0)
        box.atEnd { _ = try? box("rmi", "linked") }
        let volume = try box.directory("volume")
        let refused = try box("run", "--rm", "-v", "\(volume):/data", "linked", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("/data leads to the kernel's own files"), "\(refused)")
    }

    @Test func enteringTakesOnLimitsAndMask() throws {
        let box = try box()
        try box.container("held", ["--ulimit", "nofile=123:123", "--umask", "077"], script: "sleep 60")
        let inside = try box(
            "exec", "held", "sh", "-c", "ulimit -n; ulimit -Hn; umask; grep Seccomp: /proc/self/status")
        #expect(inside.lines == ["123", "123", "0077", "Seccomp:\t2"], "\(inside)")
    }

    @Test func inputThatCannotBeReadIsAnEmptyOne() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "kept") }
        #expect(try box.shell("\"$MINIBOX\" run -i --name kept busybox cat < /").status == 0)
        #expect(try box("ps", "-a").text.contains("kept"))
    }

    @Test(arguments: [("USER :5", "uid=0(root) gid=5(tty)"), ("USER 1000:", "uid=1000(app) gid=1000(app)")])
    func aUserWithAnEmptyPartIsUnderstood(change: String, identity: String) throws {
        let box = try box()
        #expect(try box("import", TestMachine.archive("busybox"), "halved", "--change", change).status == 0)
        box.atEnd { _ = try? box("rmi", "halved") }
        let inside = try box("run", "--rm", "halved", "id")
        #expect(inside.text.hasPrefix(identity), "\(inside)")
    }

    @Test func aPrivilegedContainerHasWhatElseWasAskedFor() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--privileged", "--device", "/dev/null:/dev/other", "--security-opt", "mask=/etc", "busybox",
            "sh", "-c",
            "ls -d /dev/other /dev/full; ls -A /etc | wc -l; test -w /proc/sys/kernel/hostname && echo writes")
        #expect(inside.lines == ["/dev/full", "/dev/other", "0", "writes"], "\(inside)")
    }

    @Test func aNameThatIsNotItsOwnCannotBeGiven() throws {
        let refused = try box()("run", "--rm", "--uts", "host", "-h", "web", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("--uts host"), "\(refused)")
    }

    @Test func theHostsCgroupsAreShownAsTheyAreMounted() throws {
        let before = try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        let inside = try box()("run", "--rm", "--cgroupns", "host", "busybox", "ls", "/sys/fs/cgroup")
        #expect(inside.lines.contains("minibox"), "\(inside)")
        #expect(try String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8) == before)
    }
}
