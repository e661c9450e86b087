// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// Containers that live on when the command has gone.
@Suite(.commands, .box) struct DetachedTests {
    /// Removes what the test made, also where it fails.
    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeContainersAtEnd()
        return box
    }

    @Test func theCommandPrintsTheIDAndGoes() throws {
        let box = try box()
        let id = try box("run", "-d", "--name", "long", "busybox", "sleep", "1000").text
        #expect(id.count == 64)
        #expect(try box("ps", "--no-trunc").output.contains(id))
        #expect(try box("exec", "long", "echo", "inside").text == "inside")
        #expect(try box("stop", "-t", "0", "long").text == "long")
        #expect(try box("ps", "-a").output.contains("Exited (137)"))
    }

    @Test func stopSendsTheSignalAndWaits() throws {
        let box = try box()
        let program = "trap 'exit 7' TERM; trap 'exit 8' USR1; echo ready; while :; do sleep 0.05; done"
        /// Process 1 does not hear what it has no handler for.
        func hasBegun(_ name: String, _ count: Int = 1) -> Bool {
            Clock.wait(seconds: 10) { (try? box("logs", name).lines.count) == count }
        }
        try box("run", "-d", "--name", "asked", "busybox", "sh", "-c", program)
        #expect(hasBegun("asked"))
        #expect(try box("stop", "asked").status == 0)
        #expect(try box("wait", "asked").text == "7")
        try box("run", "-d", "--name", "told", "--stop-signal", "USR1", "busybox", "sh", "-c", program)
        #expect(hasBegun("told"))
        #expect(try box("stop", "told").status == 0)
        #expect(try box("wait", "told").text == "8")
        try box("start", "told")
        #expect(hasBegun("told", 2))
        #expect(try box("stop", "-s", "TERM", "told").status == 0)
        #expect(try box("wait", "told").text == "7")
    }

    @Test func whatDoesNotEndInTimeIsKilled() throws {
        let box = try box()
        try box("run", "-d", "--name", "deaf", "--stop-timeout", "1", "busybox", "sleep", "1000")
        #expect(try box("stop", "deaf").status == 0)
        #expect(try box("wait", "deaf").text == "137")
    }

    @Test func killSendsASignal() throws {
        let box = try box()
        let program = "trap 'echo heard' HUP; while :; do sleep 0.05; done"
        try box("run", "-d", "--name", "one", "busybox", "sh", "-c", program)
        let attached = try box.start("attach", "--no-stdin", "one")
        try #require(
            Clock.wait {
                (try? box("kill", "-s", "HUP", "one").status) == 0 && attached.waitForOutput("heard", seconds: 1)
            })
        #expect(try box("kill", "one").text == "one")
        #expect(attached.wait().status == 137)
        #expect(try box("kill", "one").errors.contains("not running"))
    }

    @Test func createdIsStartedLater() throws {
        let box = try box()
        let id = try box("create", "--name", "later", "-e", "A=1", "busybox", "sh", "-c", "echo $A; exit 4").text
        #expect(id.count == 64)
        #expect(try box("ps", "-a").output.contains("Created"))
        let started = try box("start", "-a", "later")
        #expect(started.text == "1" && started.status == 4)
        // And again: what it has written stays.
        #expect(try box("start", "-a", "later").status == 4)
    }

    @Test func createRefusesWhatStartWould() throws {
        let box = try box()
        #expect(try box("create", "no-such-image").status == 125)
        #expect(try box("create", "-v", "/no/such/place:/x:ro,bad", "busybox").status == 125)
        #expect(try box("create", "--rm", "--restart", "always", "busybox").errors.contains("exclude each other"))
    }

    @Test func aContainerThatRemovesItselfIsGone() throws {
        let box = try box()
        try box("run", "-d", "--rm", "--name", "gone", "busybox", "true")
        #expect(Clock.wait { (try? !box("ps", "-a").output.contains("gone")) == true })
        // Its name is free again.
        #expect(try box("run", "-d", "--rm", "--name", "gone", "busybox", "true").status == 0)
    }

    @Test func whatCannotStartIsSaidByTheCommand() throws {
        let box = try box()
        let missing = try box("run", "-d", "--name", "bad", "busybox", "no-such-program")
        #expect(missing.status == 127 && missing.errors.contains("no-such-program"))
        #expect(try !box("ps", "-a").output.contains("bad"))
        try box("create", "--name", "bad", "busybox", "no-such-program")
        #expect(try box("start", "bad").status == 1)
        #expect(try box("ps", "-a").output.contains("Created"))
    }

    @Test func whatRunsIsStartedOnce() throws {
        let box = try box()
        let id = try box("run", "-d", "--name", "once", "busybox", "sleep", "1000").text
        #expect(try box("start", "once").status == 0)
        #expect(try box("ps", "--no-trunc", "-q").text == id)
        let refused = try box("rm", "once")
        #expect(refused.status == 1 && refused.errors.contains("running"))
        #expect(try box("rm", "-f", "once").status == 0)
        #expect(try box("ps", "-aq").text.isEmpty)
    }

    @Test func restartEndsItAndStartsItAgain() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "again", "busybox", "sh", "-c",
            "trap 'exit 0' TERM; echo start >>/starts; while :; do sleep 0.05; done")
        func hasBegun(_ count: Int) -> Bool {
            Clock.wait(seconds: 10) { (try? box("exec", "again", "cat", "/starts").lines.count) == count }
        }
        #expect(hasBegun(1))
        #expect(try box("restart", "again").status == 0)
        #expect(hasBegun(2))
        #expect(try box("restart", "-t", "5", "again").status == 0)
        #expect(hasBegun(3))
        #expect(try box("exec", "again", "cat", "/starts").text == "start\nstart\nstart")
        try box("stop", "again")
        #expect(try box("restart", "again").status == 0)
        #expect(try box("ps").output.contains("again"))
    }

    @Test func thePolicyStartsItAgain() throws {
        let box = try box()
        try box(
            "run", "-d", "--name", "tries", "--restart", "on-failure:2", "busybox", "sh", "-c",
            "echo x >>/tries; exit 9")
        #expect(Clock.wait { (try? box("ps", "-a").output.contains("Exited (9)")) == true })
        #expect(try box("inspect", "tries").output.contains("\"RestartCount\": 2"))
        try box("run", "-d", "--name", "ever", "--restart", "always", "busybox", "sh", "-c", "sleep 0.1")
        #expect(
            Clock.wait { (try? box("inspect", "-f", "{{.RestartCount}}", "ever").text).flatMap(Int.init) ?? 0 >= 2 })
        #expect(try box("stop", "ever").status == 0)
        #expect(try !box("ps").output.contains("ever"))
    }

    @Test func attachGivesInputAndOutput() throws {
        let box = try box()
        try box("run", "-d", "-i", "--name", "cat", "busybox", "cat")
        let attached = try box.start("attach", "cat", hasInput: true)
        #expect(attached.write(Array("hello\n".utf8)))
        #expect(attached.waitForOutput("hello"))
        attached.closeInput()
        // The container's input stays open for others.
        let other = try box.start("attach", "cat", hasInput: true)
        #expect(other.write(Array("again\n".utf8)))
        #expect(other.waitForOutput("again") && attached.waitForOutput("again"))
        try box("kill", "cat")
        #expect(attached.wait().status == 137 && other.wait().status == 137)
    }

    @Test func theKeysLeaveItAlone() throws {
        let box = try box()
        let terminal = try Pseudoterminal()
        let run = try box.start(on: terminal, "run", "-it", "--name", "shell", "busybox", "sh")
        #expect(terminal.waitFor("#"))
        terminal.type("\u{10}\u{11}")
        #expect(run.wait().status == 0)
        #expect(try box("ps").output.contains("shell"))
        let second = try Pseudoterminal()
        let attached = try box.start(on: second, "attach", "--detach-keys", "ctrl-x", "shell")
        #expect(Clock.wait(seconds: 10) { second.isRaw })
        second.type("echo in-$((20+22))\r")
        #expect(second.waitFor("in-42"))
        second.type("\u{18}")
        #expect(attached.wait().status == 0)
        #expect(try box("ps").output.contains("shell"))
    }

    @Test func outputThatIsWatchedIsNotLost() throws {
        let box = try box()
        let run = try box.start("run", "--name", "much", "busybox", "sh", "-c", "seq 1 200000; exit 3")
        let outcome = run.wait(seconds: 60)
        #expect(outcome.status == 3)
        #expect(outcome.output.split(separator: "\n").count == 200_000)
        #expect(outcome.text.hasSuffix("200000"))
    }

    @Test func aKilledCommandDoesNotTakeItAlong() throws {
        let box = try box()
        let run = try box.start("run", "--name", "stays", "busybox", "sh", "-c", "echo ready; sleep 1000")
        #expect(run.waitForOutput("ready"))
        run.send(9)
        _ = run.wait()
        #expect(try box("ps").output.contains("stays"))
        #expect(try box("stop", "-t", "0", "stays").status == 0)
    }

    @Test func whatIsJoinedIsKnownByItsID() throws {
        let box = try box()
        let id = try box("run", "-d", "--name", "first", "busybox", "sleep", "1000").text
        try box("run", "-d", "--name", "second", "--network", "container:first", "busybox", "sleep", "1000")
        try box("rename", "first", "other")
        #expect(try box("restart", "-t", "0", "second").status == 0)
        #expect(try box("inspect", "-f", "{{.HostConfig.NetworkMode}}", "second").text == "container:\(id)")
        let missing = try box("create", "--network", "container:first", "busybox", "true")
        #expect(missing.status == 125 && missing.errors.contains("there is no container first"))
    }

    @Test func whatWasWrittenIsNobodysToRead() throws {
        let box = try box()
        try box("run", "-d", "--name", "quiet", "-e", "PASSWORD=secret-word", "busybox", "sleep", "1000")
        // The supervisor has its name, and no longer the command's words, a moment after the command returned.
        var lines = ""
        #expect(
            try Clock.wait {
                lines = try box.shell("cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n'").output
                return !lines.contains("secret-word") && lines.contains("minibox: quiet")
            }, "\(lines)")
    }

    @Test func aStartWaitsForTheEndBefore() throws {
        let box = try box()
        try box("run", "-d", "--name", "brief", "busybox", "sleep", "1000")
        for _ in 0..<5 {
            #expect(try box("kill", "brief").status == 0)
            #expect(try box("start", "brief").status == 0)
            #expect(try box("inspect", "-f", "{{.State.Status}}", "brief").text == "running")
        }
    }

    @Test func startAgainstRemove() throws {
        let box = try box()
        for _ in 0..<6 {
            try box("create", "--name", "both", "busybox", "sleep", "1000")
            _ = try box.shell(
                "$MINIBOX start both >/dev/null 2>&1 & sleep 0.002; $MINIBOX rm both >/dev/null 2>&1; wait")
            let lines = try box("ps", "-a", "--format", "{{.Names}} {{.State}}").lines
            #expect(lines == [] || lines == ["both running"], "\(lines)")
            try box("rm", "-f", "both")
            #expect(try box("ps", "-aq").text.isEmpty)
        }
    }

    @Test func aFileOfAFailedRunIsTakenBack() throws {
        let box = try box()
        let path = box.folder + "/id"
        #expect(try box("run", "-d", "--cidfile", path, "busybox", "no-such").status == 127)
        #expect(try box("run", "-d", "--cidfile", path, "busybox", "true").status == 0)
    }

    @Test func oneStreamAlone() throws {
        let box = try box()
        let outcome = try box("run", "-a", "stderr", "busybox", "sh", "-c", "echo out; echo err >&2")
        #expect(outcome.output.isEmpty && outcome.errors == "err\n")
        #expect(try box("run", "-d", "-a", "stdout", "busybox", "true").status == 125)
    }
}
