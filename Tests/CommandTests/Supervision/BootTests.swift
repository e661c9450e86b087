// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A machine that goes down with containers on it: everything that runs is killed, and the run directory is gone.
@Suite(.commands, .box, .wholeStore) struct BootTests {
    private func goDown(_ box: Box) throws {
        for id in try box("ps", "-q", "--no-trunc").lines {
            let process = try box("inspect", "-f", "{{.State.Pid}}", id).text
            let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
            let parent = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }?.filter(\.isNumber) ?? ""
            kill(try #require(pid_t(parent)), SIGKILL)
            kill(try #require(pid_t(process)), SIGKILL)
            #expect(TestSupport.Clock.wait { !FileManager.default.fileExists(atPath: "/proc/\(process)") })
            for tree in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
                _ = TestSupport.Clock.wait { rmdir("\(tree)/minibox/\(id)") == 0 || errno != EBUSY }
            }
        }
        try FileManager.default.removeItem(atPath: box.runRoot)
    }

    @Test func thoseThatAreToComeBackDo() throws {
        let box = try box()
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f $($MINIBOX ps -aq) 2>/dev/null") }
        for (name, policy) in [
            ("ever", "always"), ("unless", "unless-stopped"), ("stopped", "unless-stopped"), ("halted", "always"),
            ("failing", "on-failure"), ("none", "no"),
        ] {
            try box("run", "-d", "--name", name, "--restart", policy, "busybox", "sleep", "1000")
        }
        try box("create", "--name", "never", "--restart", "always", "busybox", "sleep", "1000")
        try box("stop", "-t", "0", "stopped", "halted")
        try goDown(box)
        #expect(try box("ps", "-q").text.isEmpty)
        #expect(try box("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "ever").text == "exited 137")
        let started = try box("system", "start")
        #expect(started.status == 0 && started.lines.sorted() == ["ever", "halted", "unless"], "\(started)")
        #expect(try box("ps", "--format", "{{.Names}}").lines.sorted() == ["ever", "halted", "unless"])
        // And again: nothing is left to do.
        #expect(try box("system", "start").text.isEmpty)
    }

    @Test func aMachineThatGoesDownAsksSupervisorsToEnd() throws {
        let box = try box()
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f $($MINIBOX ps -aq) 2>/dev/null") }
        try box(
            "run", "-d", "--name", "asked", "--restart", "unless-stopped", "busybox", "sh", "-c",
            "trap 'exit 5' TERM; echo ready; while :; do sleep 0.05; done")
        #expect(TestSupport.Clock.wait { (try? box("logs", "asked").text) == "ready" })
        let process = try box("inspect", "-f", "{{.State.Pid}}", "asked").text
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let parent = status.split(separator: "\n").first { $0.hasPrefix("PPid:") }?.filter(\.isNumber) ?? ""
        kill(try #require(pid_t(parent)), SIGTERM)
        #expect(try box("wait", "asked").text == "5")
        #expect(try box("system", "start").text == "asked")
    }

    @Test func oneThatCannotDoesNotKeepTheOthers() throws {
        let box = try box()
        box.atEnd { _ = try? box.shell("$MINIBOX rm -f $($MINIBOX ps -aq) 2>/dev/null") }
        let place = try box.directory("shown")
        try box(
            "run", "-d", "--name", "first", "--restart", "always", "--mount", "type=bind,source=\(place),target=/x",
            "busybox",
            "sleep", "1000")
        try box("run", "-d", "--name", "second", "--restart", "always", "busybox", "sleep", "1000")
        try goDown(box)
        try FileManager.default.removeItem(atPath: place)
        let started = try box("system", "start")
        #expect(
            started.status == 1 && started.text == "second" && started.errors.contains("cannot start first"),
            "\(started)")
    }
}
