// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Mounts stay inside the root, whatever the image and the line say.
@Suite(.commands, .box) struct BadMountTests {
    @Test(arguments: [
        BadLine(["--mount", "type=bind,source=/nosuch,target=/x", "busybox", "true"], 125, "no such file"),
        BadLine(["-v", "/tmp:/../../etc", "busybox", "true"], 125, "climbs out of the container's root"),
        BadLine(["-v", "/tmp:relative", "busybox", "true"], 125, "not an absolute path"),
        BadLine(["-v", "/tmp:/", "busybox", "true"], 125, "the container's root"),
        BadLine(["-v", "/tmp:/proc", "busybox", "true"], 125, "/proc"),
        BadLine(["-v", "/tmp:/proc/self", "busybox", "true"], 125, "nothing can be mounted on /proc"),
        BadLine(["-v", "/tmp:/dev", "busybox", "true"], 125, "/dev: it is the container's own", "--device"),
        BadLine(["--tmpfs", "/dev", "busybox", "true"], 125, "/dev: it is the container's own"),
        BadLine(["--tmpfs", "/proc", "busybox", "true"], 125, "nothing can be mounted on /proc"),
        BadLine(["-v", "/tmp:/a", "-v", "/usr:/a", "busybox", "true"], 125, "two mounts at /a: leave one of them out"),
        BadLine(["-v", "/tmp:/a", "--tmpfs", "/a/", "busybox", "true"], 125, "two mounts at /a"),
        BadLine(["-v", "/etc/passwd:/etc", "busybox", "true"], 125, "/etc is a directory in the image"),
        BadLine(["-v", "/tmp:/etc/passwd", "busybox", "true"], 125, "/etc/passwd, or a part of it, is no directory"),
        BadLine(["--tmpfs", "/etc:nosuch", "busybox", "true"], 125, "did you mean nosuid?"),
    ]) func isRefused(_ line: BadLine) throws { try line.check() }

    /// Imports busybox with what `script` does to its root, as `name`.
    private func image(_ name: String, _ script: String) throws {
        let outcome = try box().shell(
            """
            set -e; dir=$(mktemp -d); tar -xpf \(TestMachine.archive("busybox")) -C $dir --numeric-owner
            (cd $dir; \(script)); $MINIBOX import $dir \(name); rm -rf $dir
            """)
        try #require(outcome.status == 0, "\(outcome)")
        let box = try box()
        box.atEnd { _ = try? box.run(["rmi", "-f", name]) }
    }

    private func hostFiles() throws -> String {
        try box().shell("find /etc /srv -xdev | sort | md5sum; cat /proc/self/mountinfo | md5sum").output
    }

    @Test(arguments: ["/up", "/up/x", "/out", "/out/x", "/absolute/x", "/chain/x"])
    func followsLinksInsideTheRoot(_ target: String) throws {
        try image(
            "linked",
            "ln -s ../../../../../../etc up; ln -s ../../../../../../../../srv out; "
                + "ln -s /etc/missing absolute; ln -s absolute/../../.. chain")
        let source = try box().directory("source")
        try Data("inside".utf8).write(to: URL(fileURLWithPath: source + "/file"))
        let before = try hostFiles()
        let outcome = try box()("run", "--rm", "-v", "\(source):\(target)", "linked", "cat", "\(target)/file")
        #expect(outcome.output == "inside" || outcome.status == 125, "\(outcome)")
        #expect(try hostFiles() == before)
    }

    @Test(arguments: ["/loop", "/loop/x", "/through/x", "/descriptors/3"])
    func refusesLinksThatAreNotFollowed(_ target: String) throws {
        try image("looped", "ln -s loop loop; ln -s /proc/1/root/etc through; ln -s /proc/self/fd descriptors")
        let source = try box().directory("source")
        let before = try hostFiles()
        let outcome = try box()("run", "--rm", "-v", "\(source):\(target)", "looped", "true")
        #expect(outcome.status == 125, "\(outcome)")
        #expect(try hostFiles() == before)
    }

    @Test func makesTheNameServersFileInsideTheRoot() throws {
        try image(
            "dangling",
            "rm -f etc/resolv.conf etc/hosts; ln -s /run/minibox-escaped/resolv etc/resolv.conf; "
                + "ln -s ../../../../../tmp/minibox-escaped-hosts etc/hosts")
        let outcome = try box()(
            "run", "--rm", "dangling", "sh", "-c",
            "cat /etc/hosts; ls /run/minibox-escaped/resolv /tmp/minibox-escaped-hosts")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.output.contains("localhost"))
        #expect(!FileManager.default.fileExists(atPath: "/run/minibox-escaped"))
        #expect(!FileManager.default.fileExists(atPath: "/tmp/minibox-escaped-hosts"))
    }

    @Test(arguments: ["proc", "sys", "dev"])
    func refusesALinkInThePlaceOfAKernelsFileSystem(_ name: String) throws {
        try image("link", "rm -rf \(name); ln -s ../../../tmp \(name)")
        let before = try hostFiles()
        for flags in [[], ["--userns", "host"]] {
            let outcome = try box().run(["run", "--rm"] + flags + ["link", "true"])
            #expect(outcome.status == 125)
            #expect(outcome.errors.contains("/\(name) is"), "\(outcome.errors)")
            #expect(outcome.errors.contains("symbolic link in the image"), "\(outcome.errors)")
        }
        #expect(try hostFiles() == before)
    }
}
