// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// `inspect`, in docker's shape.
@Suite(.commands, .box) struct InspectCommandTests {
    private func inspected(_ box: Box, _ name: String, _ flags: String...) throws -> JSON {
        try #require(try JSON(parsing: Array(box.run(["inspect"] + flags + [name]).output.utf8))[0])
    }

    @Test func showsWhatDockerShows() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "shown") }
        try box(
            "run", "-d", "--name", "shown", "-l", "a=b", "-e", "X=1", "-w", "/tmp", "-u", "1000", "--hostname", "host",
            "--restart", "on-failure:3", "--stop-signal", "INT", "--cap-add", "NET_ADMIN", "--ulimit", "nofile=64:128",
            "--shm-size", "1m", "--tmpfs", "/run:size=1m", "--read-only", "--security-opt", "no-new-privileges",
            "--sysctl", "net.core.somaxconn=7", "-v", "/usr:/host:ro", "--init", "--oom-score-adj", "5",
            "busybox", "sleep", "60")
        let all = try inspected(box, "shown")
        #expect(all["Name"] == "/shown" && all["Id"]?.string?.count == 64)
        #expect(all["Path"] == "sleep" && all["Args"] == ["60"] && all["RestartCount"] == 0)
        #expect(all["Image"]?.string?.hasPrefix("sha256:") == true && all["Platform"] == "linux")
        let state = try #require(all["State"])
        #expect(state["Status"] == "running" && state["Running"] == true && state["Paused"] == false)
        #expect(state["Restarting"] == false && state["OOMKilled"] == false && state["Dead"] == false)
        #expect((state["Pid"]?.int ?? 0) > 1 && state["ExitCode"] == 0 && state["Error"] == "")
        #expect(state["StartedAt"]?.string?.hasPrefix("20") == true)
        #expect(state["FinishedAt"] == "0001-01-01T00:00:00Z")
        let config = try #require(all["Config"])
        #expect(config["Hostname"] == "host" && config["User"] == "1000" && config["WorkingDir"] == "/tmp")
        #expect(config["Labels"] == ["a": "b"] && config["Image"] == "busybox" && config["Cmd"] == ["sleep", "60"])
        #expect(
            config["Env"]?.strings?.contains("X=1") == true && config["StopSignal"]?.string?.hasSuffix("INT") == true)
        #expect(config["Tty"] == false && config["OpenStdin"] == false && config["Entrypoint"] == .null)
        let host = try #require(all["HostConfig"])
        #expect(host["RestartPolicy"] == ["Name": "on-failure", "MaximumRetryCount": 3])
        #expect(host["CapAdd"] == ["CAP_NET_ADMIN"] && host["CapDrop"] == .null && host["ShmSize"] == 1_048_576)
        #expect(host["Ulimits"] == [["Name": "nofile", "Soft": 64, "Hard": 128]] && host["OomScoreAdj"] == 5)
        #expect(host["ReadonlyRootfs"] == true && host["NetworkMode"] == "none" && host["Init"] == true)
        #expect(host["Sysctls"] == ["net.core.somaxconn": "7"] && host["Privileged"] == false)
        #expect(host["SecurityOpt"] == ["no-new-privileges=true"] && host["LogConfig"]?["Type"] == "json-file")
        #expect(host["Tmpfs"]?["/run"]?.string?.contains("size=1048576") == true && host["Memory"] == 0)
        #expect(host["MaskedPaths"]?.strings?.contains("/proc/kcore") == true && host["Binds"] == ["/usr:/host:ro"])
        #expect(all["Mounts"]?[0]?["Destination"] == "/host" && all["Mounts"]?[0]?["RW"] == false)
        #expect(all["NetworkSettings"]?["Networks"]?["none"]?["IPAddress"] == "")
        #expect(all["Minibox"]?["Details"]?["Seccomp"] == "default" && all["Minibox"]?["ImageName"] == "busybox")
    }

    @Test func tellsHowItEnded() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "ended") }
        try box("run", "--name", "ended", "busybox", "sh", "-c", "echo 12345 > /file; exit 4")
        let format = "{{.State.Status}} {{.State.Running}} {{.State.ExitCode}} {{.State.Pid}} {{len .HostConfig.Binds}}"
        #expect(try box("inspect", "--format", format, "ended").text == "exited false 4 0 0")
        let all = try inspected(box, "ended", "-s")
        #expect(all["SizeRw"] == 6 && (all["SizeRootFs"]?.int64 ?? 0) > 6)
        #expect(try inspected(box, "ended")["SizeRw"] == nil)
        #expect(all["LogPath"]?.string.map(FileManager.default.fileExists(atPath:)) == true)
    }

    @Test func printsAsIsAsked() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "one", "two") }
        for name in ["one", "two"] { try box("create", "--name", name, "busybox", "true") }
        #expect(
            try box("inspect", "-f", "{{.Name}} {{.State.Status}}", "one", "two").lines == [
                "/one created", "/two created",
            ])
        let line = try box("inspect", "-f", "json", "one", "two").lines
        #expect(line.count == 1)
        #expect(try JSON(parsing: Array(line[0].utf8)).array?.count == 2)
        let missing = try box("inspect", "-f", "{{.Name}}", "one", "no-such")
        #expect(missing.status == 1 && missing.text == "/one" && missing.errors.contains("no-such"))
        let wrong = try box("inspect", "-f", "{{.State.Satus}}", "one")
        #expect(wrong.status == 1 && wrong.errors.contains("did you mean Status?"), "\(wrong)")
        #expect(try box("container", "inspect", "-s", "-f", "{{.SizeRw}}", "one").text == "0")
    }

    @Test func looksForOneKind() throws {
        let box = try box()
        box.atEnd { _ = try? box("rm", "-f", "kinds") }
        box.atEnd { _ = try? box("volume", "rm", "-f", "kinds") }
        try box("create", "--name", "kinds", "busybox", "true")
        try box("volume", "create", "kinds")
        #expect(try box("inspect", "-f", "{{.Name}}", "kinds").text == "/kinds")
        #expect(try box("inspect", "--type", "container", "-f", "{{.Name}}", "kinds").text == "/kinds")
        #expect(try box("inspect", "--type", "volume", "-f", "{{.Name}} {{.Driver}}", "kinds").text == "kinds local")
        #expect(try box("inspect", "--type", "image", "kinds").status == 1)
        #expect(try box("inspect", "-f", "{{.Os}}", "busybox").text == "linux")
        #expect(try box("image", "inspect", "--format", "{{.Os}}", "busybox").text == "linux")
        #expect(try box("inspect", "--type", "thing", "kinds").status == 125)
    }
}
