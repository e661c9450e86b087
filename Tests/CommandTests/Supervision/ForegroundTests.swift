// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Containers of which a command in the foreground is the supervisor, as other commands see them.
@Suite(.commands, .box) struct ForegroundTests {
    @Test func whatWasAskedIsShown() throws {
        let box = try box()
        try box.container("web", ["--stop-timeout", "7", "--cap-add", "NET_ADMIN", "--label", "a=b", "-e", "A=1"])
        let shown = try box(
            "inspect", "-f",
            "{{.HostConfig.AutoRemove}} {{.HostConfig.CapAdd}} {{.Config.StopTimeout}} {{.HostConfig.LogConfig.Type}}",
            "web")
        #expect(shown.text == "true [NET_ADMIN] 7 none" || shown.text == "true [CAP_NET_ADMIN] 7 none", "\(shown)")
        let why = try box("why", "web")
        #expect(why.output.contains("phase by phase"), "\(why)")
        // What was said of one before is so still.
        #expect(try box("update", "--restart", "always", "web").errors.contains("removes itself"))
        #expect(try box("rename", "web", "other").status != 0)
        #expect(try box("restart", "web").errors.contains("belongs to the command"))
        #expect(try box("restart", "web").errors.contains("others change one that 'run -d' starts"))
        #expect(try box("logs", "web").errors.contains("does not support reading"))
        #expect(try box("exec", "web", "true").status == 0)
    }

    @Test func eachHasItsOwnTimeToEnd() throws {
        let box = try box()
        let deaf = "trap '' TERM; echo ready; while :; do sleep 0.1; done"
        try box.container("slow", ["--stop-timeout", "60"], script: deaf)
        try box.container("quick", ["--stop-timeout", "1"], script: deaf)
        try box("run", "-d", "--name", "kept", "--stop-timeout", "60", "busybox", "sh", "-c", deaf)
        let stop = try box.start("stop", "kept", "slow", "quick")
        #expect(
            Clock.wait(seconds: 10) { (try? box("ps", "--format", "{{.Names}}").lines.sorted()) == ["kept", "slow"] })
        // Theirs is far from over.
        #expect(try box("kill", "kept", "slow").status == 0)
        #expect(stop.wait(seconds: 10).output == "kept\nslow\nquick\n")
        #expect(try box("rm", "kept").status == 0)
    }

    @Test func oneThatIsNamedTwiceIsRemovedOnce() throws {
        let box = try box()
        for flag in [[], ["-f"]] as [[String]] {
            try box("create", "--name", "web", "busybox", "true")
            let removed = try box.run(["rm"] + flag + ["web", "web"])
            #expect(removed.status == 0 && removed.output == "web\n", "\(removed)")
        }
        try box("run", "-d", "--name", "web", "busybox", "sleep", "1000")
        #expect(try box("rm", "-f", "web", "web").output == "web\n")
    }

    @Test func whatAKilledTrialHasLeftGoes() throws {
        let box = try box()
        let left = box.root + "/.minibox-probe-of-a-test"
        try FileManager.default.createDirectory(atPath: left + "/upper/x", withIntermediateDirectories: true)
        _ = try box("doctor")
        #expect(!FileManager.default.fileExists(atPath: left))
    }
}
