// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import TestSupport
import Testing

/// Files of the kernel that are the host's: hidden, or not to be written.
@Suite(.commands, .box) struct KernelPathTests {
    /// Says of each path whether it is `missing`, `empty`, `hidden` or `shown`.
    static let look = """
        for path; do
            if [ ! -e $path ]; then echo "$path missing"
            elif [ -d $path ]; then [ -z "$(ls -A $path)" ] && echo "$path hidden" || echo "$path shown"
            elif [ -c $path ] && [ "$(head -c 1 $path 2>/dev/null | wc -c)" = 0 ]; then echo "$path hidden"
            else echo "$path shown"; fi
        done
        """

    @Test(arguments: [[], ["--userns", "host"]]) func nothingIsReadFromAMaskedPath(_ flags: [String]) throws {
        let paths = KernelPaths.masked(processors: 2)
        let inside = try box().run(["run", "--rm"] + flags + ["busybox", "sh", "-c", Self.look, "sh"] + paths)
        #expect(inside.status == 0)
        #expect(inside.lines.count == paths.count)
        #expect(inside.lines.filter { $0.hasSuffix("shown") }.isEmpty, "\(inside)")
        #expect(inside.lines.filter { $0.hasSuffix("hidden") }.count >= 5, "\(inside)")
    }

    @Test(arguments: [[], ["--userns", "host"], ["--userns", "host", "--cap-add", "SYS_ADMIN"]])
    func nothingIsWrittenToAReadOnlyPath(_ flags: [String]) throws {
        let script = "for path; do [ ! -e $path ] || grep \" $path \" /proc/self/mountinfo | cut -d' ' -f5,6; done"
        let inside = try box().run(
            ["run", "--rm"] + flags + ["busybox", "sh", "-c", script, "sh"] + KernelPaths.readOnly)
        #expect(!inside.lines.isEmpty)
        for line in inside.lines { #expect(line.contains(" ro,"), "\(line)") }
        let write = try box().run(
            ["run", "--rm"] + flags + [
                "busybox", "sh", "-c",
                "echo 1 >/proc/sys/kernel/panic; echo x >/sys/kernel/uevent_seqnum; mkdir /sys/fs/cgroup/new",
            ])
        #expect(write.status != 0)
        #expect(write.errors.contains("Read-only file system"), "\(write)")
    }

    @Test func morePathsCanBeMasked() throws {
        let inside = try box()(
            "run", "--rm", "--security-opt", "mask=/proc/version:/etc", "busybox", "sh", "-c", Self.look, "sh",
            "/proc/version", "/etc", "/proc/uptime")
        #expect(inside.lines == ["/proc/version hidden", "/etc hidden", "/proc/uptime shown"])
    }

    @Test func aPathCanBeShown() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--security-opt", "unmask=/proc/timer_list", "busybox", "sh", "-c",
            "grep -c ' /proc/timer_list ' /proc/self/mountinfo; grep -c ' /proc/keys ' /proc/self/mountinfo")
        #expect(inside.lines == ["0", "1"])
    }

    @Test(arguments: ["systempaths=unconfined", "unmask=ALL"]) func allPathsCanBeShown(_ option: String) throws {
        let inside = try box()(
            "run", "--rm", "--security-opt", option, "busybox", "sh", "-c", "grep -c ' /proc/' /proc/self/mountinfo")
        #expect(inside.text == "0", "\(inside)")
    }

    @Test func aPrivilegedContainerHasNone() throws {
        let inside = try box()(
            "run", "--rm", "--privileged", "busybox", "sh", "-c",
            "grep -cE ' (/proc/|/sys/firmware)' /proc/self/mountinfo; grep -E '(CapEff|NoNewPrivs|Seccomp):' /proc/self/status"
        )
        #expect(inside.lines.first == "0", "\(inside)")
        #expect(inside.lines.contains("NoNewPrivs:\t0") && inside.lines.contains("Seccomp:\t0"), "\(inside)")
    }
}
