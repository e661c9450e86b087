// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Flags that few need: what is written into memory, mounts that spread, a /proc of processes alone, keys, device rules.
@Suite(.commands, .box) struct RareFlagTests {
    @Test func boundsWhatIsWritten() throws {
        let box = try box()
        let script = """
            dd if=/dev/zero of=/big bs=1M count=40 2>/dev/null; wc -c </big; rm /big
            i=0; while touch /f$i 2>/dev/null; do i=$((i + 1)); [ $i -lt 500 ] || break; done; echo $i; rm /f*
            touch /bin/own && stat -c %u:%g /bin/own /
            """
        let written = try box.run([
            "run", "--rm", "--storage-opt", "size=16m", "--storage-opt", "inodes=256", "busybox", "sh", "-c", script,
        ]).lines
        try #require(written.count == 4, "\(written)")
        #expect(Int(written[0]).map { $0 <= 16 << 20 && $0 > 8 << 20 } == true, "\(written)")
        #expect(Int(written[1]).map { $0 < 256 && $0 > 100 } == true, "\(written)")
        #expect(written[2...] == ["0:0", "0:0"])
        #expect(try box("run", "--rm", "--storage-opt", "size=0", "busybox", "true").status == 0)
        let kept = try box("run", "--storage-opt", "size=16m", "busybox", "true")
        #expect(kept.status == 125 && kept.errors.contains("write --rm beside it"), "\(kept)")
    }

    @Test func whatIsInMemoryIsNoImage() throws {
        let box = try box()
        try box.container("inram", ["--storage-opt", "size=16m"])
        let refused = try box("commit", "inram")
        #expect(refused.status == 125 && refused.errors.contains("writes to memory"), "\(refused)")
        #expect(try box("diff", "inram").status == 125)
        try box("exec", "inram", "touch", "/made")
        #expect(try box("cp", "inram:/made", box.folder + "/made").status == 0)
    }

    @Test func showsProcessesAlone() throws {
        let box = try box()
        func seen(_ flags: String...) throws -> String {
            try box.run(
                ["run", "--rm"] + flags + [
                    "busybox", "sh", "-c", "ls -d /proc/meminfo /proc/pressure /proc/sys /proc/1/stat 2>/dev/null",
                ]
            ).lines.joined(separator: " ")
        }
        #expect(try seen("--proc=pids") == "/proc/1/stat")
        #expect(try seen("--proc", "all").hasPrefix("/proc/1/stat /proc/meminfo"))
        // Settings are made all the same.
        let setting = try box(
            "run", "-d", "--name", "alone", "--proc=pids", "--sysctl", "kernel.msgmax=4096", "busybox", "sleep", "60")
        #expect(setting.status == 0, "\(setting)")
        let message = try box.shell(
            "nsenter -t $($MINIBOX inspect -f '{{.State.Pid}}' alone) -i cat /proc/sys/kernel/msgmax")
        #expect(message.text == "4096", "\(message)")
        try box("rm", "-f", "alone")
    }

    /// Of what is shared both ways, a mount that the container makes is seen outside; of the rest none is.
    @Test(arguments: [
        ("rshared", "rshared", true), ("rprivate", "rshared", false), ("rslave", "rshared", false),
        ("rshared", "rprivate", false),
    ]) func spreadsMountsWhereAllIsShared(root: String, volume: String, spreads: Bool) throws {
        let box = try box()
        let place = try box.directory("place")
        _ = try box.shell("mount --bind \(place) \(place) && mount --make-shared \(place) && mkdir \(place)/in")
        defer { _ = try? box.shell("umount -l \(place)/in; umount -l \(place)") }
        let outcome = try box(
            "run", "--rm", "--userns", "host", "--cap-add", "SYS_ADMIN", "--rootfs-propagation", root, "-v",
            "\(place):/mnt:\(volume)", "busybox", "sh", "-c", "mount -t tmpfs tmpfs /mnt/in && touch /mnt/in/sign")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(FileManager.default.fileExists(atPath: place + "/in/sign") == spreads)
    }

    @Test func keepsKeysWhereThatIsAsked() throws {
        let plan = try box()("run", "--dry-run", "--security-opt", "keyring=inherit", "busybox", "true")
        #expect(plan.output.contains("keep the keyring of whoever starts it"), "\(plan)")
        let usual = try box()("run", "--dry-run", "--security-opt", "keyring=private", "busybox", "true")
        #expect(usual.output.contains("have a keyring of its own"))
    }

    /// Where the kernel has AppArmor, `Tests/VM/labels.sh` shows what a profile does.
    @Test func refusesAProfileThatNothingHoldsTo() throws {
        let enabled = FileManager.default.contents(atPath: "/sys/module/apparmor/parameters/enabled")
        if enabled?.first == UInt8(ascii: "Y") { return }
        let box = try box()
        for command in [["run", "--rm"], ["run", "--dry-run"], ["create"]] {
            let refused = try box.run(command + ["--security-opt", "apparmor=some", "busybox", "true"])
            #expect(refused.status == 125 && refused.errors.contains("AppArmor is not in force"), "\(refused)")
            #expect(refused.errors.contains("leave out --security-opt apparmor=some"), "\(refused)")
        }
        #expect(try box("ps", "--all", "--quiet").output.isEmpty)
        #expect(try box("run", "--rm", "--security-opt", "apparmor=unconfined", "busybox", "true").status == 0)
    }

    @Test func takesRulesForDevices() throws {
        let plan = try box()(
            "run", "--dry-run", "--explain=json", "--device-cgroup-rule", "c 10:229 rw", "busybox", "true")
        // Where there is no cgroup there is no filter.
        #expect(plan.output.contains("c 10:229 rw") || !plan.output.contains("filterDevices"), "\(plan.errors)")
        #expect(try box()("run", "--device-cgroup-rule", "c 10 r", "busybox", "true").status == 125)
    }

    @Test func showsWhoSharesWhat() throws {
        let box = try box()
        try box.container("roots")
        try box.container("joined", ["--network", "container:roots"])
        try box("exec", "-d", "roots", "sleep", "100")
        let text = try box("ps", "--tree", "--namespaces", "--filter", "name=roots", "--filter", "name=joined").output
        #expect(text.contains("with roots: user net") || text.contains("with roots: net"), "\(text)")
        #expect(text.contains(" / 1  sh") && text.contains("  sleep"), "\(text)")
        let svg = try box("ps", "--tree", "--namespaces", "--format", "svg").output
        #expect(svg.hasPrefix("<svg ") && svg.contains(">joined</text>"))
        #expect(try box("ps", "--tree", "--format", "json").output.contains("\"inside\""))
        #expect(try box("ps", "--format", "svg").status == 125)
        #expect(try box("ps", "--tree", "-a").status == 125)
    }
}
