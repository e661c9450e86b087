// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Why a container is as it is: `minibox why`.
@Suite(.commands, .box) struct WhyTests {
    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeContainersAtEnd()
        return box
    }

    /// What is said of a container once it has ended.
    private func why(_ box: Box, _ script: String, _ flags: String...) throws -> String {
        try box.run(["run", "-d", "--name", "one"] + flags + ["busybox", "sh", "-c", script])
        try box("wait", "one")
        let said = try box("why", "one")
        #expect(said.status == 0 && said.errors.isEmpty)
        return said.output
    }

    @Test func anExitCode() throws {
        let said = try why(box(), "exit 3")
        #expect(said.contains("its exit code is 3") && said.contains("minibox logs one"))
        #expect(said.contains("operation not permitted"))
        for phase in ["prepare", "spawn", "beside", "build", "pivot", "inside", "confine", "launch", "together"] {
            #expect(said.contains("  \(phase) "), "\(phase)")
        }
    }

    @Test func itsOwnSignal() throws {
        let said = try why(box(), "kill -SEGV $$")
        // Process 1 of a pid namespace does not hear its own signals.
        #expect(said.contains("its exit code is 0"))
        let box = try box()
        try box("rm", "one")
        let shared = try why(box, "kill -SEGV $$", "--pid", "host")
        #expect(shared.contains("SIGSEGV ended its program, which is told as 139") && shared.contains("own doing"))
    }

    @Test func whoSentTheSignal() throws {
        let box = try box()
        for (name, command, expected) in [
            ("stopped", ["stop", "-t", "0"], "was sent SIGKILL"), ("killed", ["kill"], "'minibox kill'"),
        ] {
            try box("run", "-d", "--name", name, "busybox", "sleep", "1000")
            try box.run(command + [name])
            try box("wait", name)
            let said = try box("why", name).output
            #expect(
                said.contains("SIGKILL ended its program, which is told as 137") && said.contains(expected), "\(said)")
        }
        try box(
            "run", "-d", "--name", "asked", "busybox", "sh", "-c",
            "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done")
        #expect(Clock.wait { (try? box("logs", "asked").text) == "ready" })
        try box("stop", "asked")
        #expect(try box("why", "asked").output.contains("Before, 'minibox stop' sent SIGTERM"))
        try box("run", "-d", "--name", "other", "busybox", "sleep", "1000")
        _ = try box.shell("kill -9 $($MINIBOX inspect -f '{{.State.Pid}}' other); $MINIBOX wait other")
        #expect(try box("why", "other").output.contains("minibox did not send it"))
    }

    @Test func aProgramThatCannotRun() throws {
        let box = try box()
        let script = try box.file("script", "#!/no/such/shell\n", permissions: 0o755)
        let text = try box.file("text", "echo hello\n", permissions: 0o755)
        for (name, path, expected) in [
            ("script", script, "a script of /no/such/shell, which the container does not have"),
            ("text", text, "no program and no script"), ("none", "", "The container has no /program"),
        ] {
            try box("create", "--name", name, "busybox", "/program")
            if !path.isEmpty { try box("cp", path, "\(name):/program") }
            #expect(try box("start", name).status != 0)
            let said = try box("why", name).output
            #expect(said.contains("Why it did not start") && said.contains(expected), "\(said)")
        }
    }

    @Test func aLoaderThatIsNotThere() throws {
        let box = try box()
        try box("create", "--name", "lost", "busybox", "/ls")
        try box("cp", "/bin/ls", "lost:/ls")
        #expect(try box("start", "-a", "lost").status == 127)
        let said = try box("why", "lost").output
        #expect(said.contains("the loader that it names, /lib") && said.contains("glibc's"), "\(said)")
    }

    @Test func aCallThatTheFilterKillsFor() throws {
        let box = try box()
        let profile = try box.file(
            "profile.json",
            """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"}]}
            """)
        try box(
            "run", "-d", "--name", "shot", "--security-opt", "seccomp=" + profile, "busybox", "mkdir", "/new")
        #expect(try box("wait", "shot").text == "159")
        let said = try box("why", "shot").output
        #expect(said.contains("SIGSYS ended its program") && said.contains("its seccomp filter"), "\(said)")
    }

    @Test func oneThatRunsAndOneThatNeverDid() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "runs", "--health-cmd", "echo ill; false", "--health-interval", "50ms",
            "--health-retries", "1", "busybox", "sleep", "1000")
        #expect(Clock.wait { (try? box("why", "runs").output.contains("It is unhealthy")) == true })
        let said = try box("why", "runs").output
        #expect(said.contains("It runs since") && said.contains("code 1: ill") && said.contains("together"), "\(said)")
        try box("create", "--name", "made", "busybox", "sh")
        #expect(try box("why", "made").output.contains("never started: 'minibox start made'"))
        #expect(try box("why", "nobody").status == 125)
    }

    @Test func restarts() throws {
        let box = try box()
        try box("run", "-d", "--name", "again", "--restart", "on-failure:1", "busybox", "sh", "-c", "exit 4")
        #expect(Clock.wait { (try? box("why", "again").output.contains("as often as it may be")) == true })
        let said = try box("why", "again").output
        #expect(said.contains("on-failure:1; it has been started again once"), "\(said)")
    }

    @Test func asJSON() throws {
        let box = try box()
        try box("run", "-d", "--name", "coded", "busybox", "sh", "-c", "exit 3")
        try box("wait", "coded")
        let said = try box("why", "--format", "json", "coded").output
        for part in ["\"ExitCode\": 3", "\"PhaseNanoseconds\"", "\"build\"", "\"Title\": \"How it ended\""] {
            #expect(said.contains(part), "\(part)")
        }
        #expect(try box("why", "--format", "xml", "coded").status == 125)
    }
}
