// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is hidden and what is unwritable.
@Suite(.runtimes, .runtime) struct MaskTests {
    @Test func filesShowTheNullDeviceAndDirectoriesNothing() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(
            script:
                "stat -c '%F %t:%T' /file; ls -A /folder; echo x > /folder/new; wc -c < /file; wc -c < /proc/timer_list"
        ) { $0.linux.maskedPaths = ["/file", "/folder", "/proc/timer_list"] }
        try runtime.shell(
            "echo secret > \(bundle.rootfs)/file; mkdir \(bundle.rootfs)/folder; touch \(bundle.rootfs)/folder/secret")
        let ended = try runtime.runs(bundle)
        #expect(ended.lines == ["character special file 1:3", "0", "0"], "\(ended)")
        #expect(ended.errors.contains("ead-only"), "\(ended)")
        #expect(try runtime.shell("ls \(bundle.rootfs)/folder").text == "secret")
    }

    @Test func whatIsMissingIsPassedOver() throws {
        let ended = try runtime().inside("ls /none; echo fine") {
            $0.linux.maskedPaths = ["/none", "/none/below", "/proc/none", "/etc/passwd/below"]
            $0.linux.readonlyPaths = ["/none", "/proc/none/below"]
        }
        #expect(ended.output == "fine\n", "\(ended)")
    }

    @Test func readOnlyPathsReachWhatIsMountedBelow() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(
            script: "touch /folder/a; touch /folder/below/b; echo x > /file; echo 1 > /proc/sys/kernel/hostname"
        ) {
            $0.mounts.append(["destination": "/folder/below", "type": "tmpfs", "source": "tmpfs"])
            $0.linux.readonlyPaths = ["/folder", "/file", "/proc/sys"]
        }
        try runtime.shell("touch \(bundle.rootfs)/file; mkdir \(bundle.rootfs)/folder")
        let ended = try runtime.runs(bundle)
        let refused = ended.errors.split(separator: "\n").filter { $0.contains("ead-only") }
        #expect(refused.count == (Runtime.isMinibox ? 4 : 3), "\(ended)")
        #expect(runtime.contents(bundle.rootfs + "/file") == "")
    }

    @Test func aPathInBothListsIsHidden() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "wc -c < /file") {
            $0.linux.maskedPaths = ["/file"]
            $0.linux.readonlyPaths = ["/file"]
        }
        try runtime.shell("echo secret > \(bundle.rootfs)/file")
        #expect(try runtime.runs(bundle).text == "0")
    }

    @Test(.miniboxOnly, arguments: ["maskedPaths", "readonlyPaths"]) func aRelativePathIsRefused(_ list: String) throws
    {
        let refused = try runtime().inside("true") { $0.linux[list] = ["etc/passwd"] }
        #expect(refused.status == 1 && refused.errors.contains("linux.\(list)[0]"), "\(refused)")
    }

    /// Masks hold with users of its own too, and nobody in there can take them away.
    @Test(.miniboxOnly) func theyHoldWithUsersOfItsOwn() throws {
        let ended = try runtime().inside(
            "wc -c < /proc/timer_list; umount /proc/timer_list; wc -c < /proc/timer_list; echo 1 > /proc/sys/vm/drop_caches"
        ) {
            $0.ownUsers()
            $0.process.capabilities = nil
            for set in ["bounding", "effective", "permitted"] { $0.process.capabilities[set] = ["CAP_SYS_ADMIN"] }
        }
        #expect(ended.output.hasPrefix("0\n"), "\(ended)")
        #expect(ended.errors.contains("ead-only") || ended.errors.contains("denied"), "\(ended)")
    }
}
