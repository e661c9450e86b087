// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Containers that join networks and leave them.
@Suite(.commands, .box) struct NetworkConnectTests {
    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        for (name, subnet) in [("one", "10.71.1.0/24"), ("two", "10.71.2.0/24")] {
            let made = try box("network", "create", "--subnet", subnet, name)
            try #require(made.status == 0, "\(made)")
        }
        return box
    }

    private func start(_ box: Box, _ name: String, _ flags: String...) throws {
        let started = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
    }

    /// Interfaces with their IPv4 addresses, and the way out.
    private func interfaces(_ box: Box, _ name: String) throws -> [String] {
        try box(
            "exec", name, "sh", "-c",
            "ip -o -4 addr | grep -o 'eth[0-9] *inet [0-9./]*' | sed 's/ * inet / /'; ip route | grep -o 'default.*eth[0-9]'"
        ).lines
    }

    private func lookUp(_ box: Box, _ container: String, _ name: String) throws -> [String] {
        let process = try box("inspect", "-f", "{{.State.Pid}}", container).text
        return try box.shell("\(TestMachine.nameProbe) ask \(process) \(name) A", timeout: 60).lines
    }

    @Test func aContainerThatRunsJoinsAndLeaves() throws {
        let box = try box()
        try start(box, "web", "--network", "one")
        try start(box, "peer", "--network", "two")
        let joined = try box("network", "connect", "--ip", "10.71.2.77", "--alias", "front", "two", "web")
        #expect(joined.status == 0, "\(joined)")
        #expect(
            try interfaces(box, "web")
                == ["eth0 10.71.1.2/24", "eth1 10.71.2.77/24", "default via 10.71.1.1 dev eth0"])
        #expect(try lookUp(box, "peer", "front") == ["0 aa", "10.71.2.77"])
        #expect(try lookUp(box, "web", "peer") == ["0 aa", "10.71.2.2"])
        try box("exec", "-d", "web", "nc", "-ll", "-p", "80", "-e", "echo", "hello")
        #expect(
            Clock.wait(seconds: 30) {
                (try? box("exec", "peer", "nc", "-w", "5", "front", "80").text) == "hello"
            })
        #expect(try box("exec", "web", "cat", "/etc/hosts").output.contains("10.71.2.77\t"))
        let shown = "{{.NetworkSettings.Networks.two.IPAddress}} {{(index .NetworkSettings.Networks.two.Aliases 0)}}"
        #expect(try box("inspect", "-f", shown, "web").text == "10.71.2.77 front")
        let twice = try box("network", "connect", "two", "web")
        #expect(twice.status == 1 && twice.errors.contains("is on the network two already"), "\(twice)")
        // The way out moves with the network that is left.
        let left = try box("network", "disconnect", "one", "web")
        #expect(left.status == 0, "\(left)")
        #expect(try interfaces(box, "web") == ["eth1 10.71.2.77/24", "default via 10.71.2.1 dev eth1"])
        #expect(try !box("exec", "web", "cat", "/etc/hosts").output.contains("10.71.1.2\t"))
        #expect(try box("network", "disconnect", "one", "web").status == 1)
        #expect(try box("network", "disconnect", "-f", "one", "web").status == 0)
        #expect(try box("network", "rm", "one").status == 0)
        // It is there again after the next start.
        try box("restart", "-t", "0", "web")
        #expect(try interfaces(box, "web") == ["eth0 10.71.2.77/24", "default via 10.71.2.1 dev eth0"])
        #expect(try lookUp(box, "peer", "front") == ["0 aa", "10.71.2.77"])
        try box("rm", "-f", "web", "peer")
        #expect(try box.shell("find \(box.runRoot)/networks/*/names -type l").output.isEmpty)
        #expect(try box.shell("ls \(box.runRoot)/networks/*/addresses | grep -v next | wc -l").text == "0")
        #expect(try box.shell("ls -A \(box.runRoot)/networks/walls").output.isEmpty)
    }

    @Test func fromTheBuiltInNetworkToOneWithNames() throws {
        let box = try box()
        try start(box, "web", "--network", "bridge")
        try start(box, "peer", "--network", "two")
        #expect(try box("exec", "web", "cat", "/etc/resolv.conf").lines.contains("nameserver 127.0.0.11") == false)
        try box("network", "connect", "two", "web")
        #expect(try box("exec", "web", "cat", "/etc/resolv.conf").lines.contains("nameserver 127.0.0.11"))
        #expect(try lookUp(box, "web", "peer") == ["0 aa", "10.71.2.2"])
        try box("network", "disconnect", "two", "web")
        #expect(try box("exec", "web", "cat", "/etc/resolv.conf").lines.contains("nameserver 127.0.0.11") == false)
        #expect(try box("exec", "web", "ip", "route").output.contains("default via 172.17.0.1"))
    }

    @Test func aContainerThatDoesNotRunJoinsAtItsNextStart() throws {
        let box = try box()
        try box("create", "--name", "later", "--network", "one", "busybox", "sleep", "1000")
        #expect(try box("network", "connect", "--ip", "10.71.2.9", "two", "later").status == 0)
        #expect(try box("network", "disconnect", "one", "later").status == 0)
        try box("start", "later")
        #expect(try interfaces(box, "later") == ["eth0 10.71.2.9/24", "default via 10.71.2.1 dev eth0"])
    }

    @Test func publishedPortsMoveAlong() throws {
        let box = try box()
        let started = try box(
            "run", "-d", "--name", "web", "--network", "one", "-p", "18171:80", "busybox", "nc", "-ll", "-p", "80",
            "-e",
            "echo", "hello")
        try #require(started.status == 0, "\(started)")
        try box("network", "connect", "two", "web")
        try box("network", "disconnect", "one", "web")
        #expect(
            Clock.wait(seconds: 30) {
                (try? box("run", "--rm", "--network", "host", "busybox", "nc", "-w", "2", "127.0.0.1", "18171").text)
                    == "hello"
            })
    }

    @Test func whatCannotBeIsRefused() throws {
        let box = try box()
        try start(box, "alone", "--network", "none")
        try start(box, "web", "--network", "one")
        for (words, reason) in [
            (["one", "alone"], "which stands alone"), (["nope", "web"], "there is no network nope"),
            (["two", "ghost"], "there is no container ghost"),
            (["--ip", "10.71.9.9", "two", "web"], "10.71.9.9 is no address"),
            (["--ip", "10.71.1.2", "one", "alone"], "which stands alone"),
        ] {
            let refused = try box.run(["network", "connect"] + words)
            #expect(refused.status != 0 && refused.errors.contains(reason), "\(words): \(refused)")
        }
        #expect(try interfaces(box, "web") == ["eth0 10.71.1.2/24", "default via 10.71.1.1 dev eth0"])
        #expect(try box("inspect", "-f", "{{len .NetworkSettings.Networks}}", "web").text == "1")
        #expect(try box("network", "rm", "two").status == 0, "nothing was left on it")
    }

    /// What is kept has a supervisor of its own, also where a command waits for it; what is not is the command's.
    @Test func whatRunsInTheForegroundJoinsWhereItIsKept() throws {
        let box = try box()
        let kept = try RunningProgram(
            [
                TestMachine.program, "run", "--name", "kept", "--network", "one", "busybox", "sh", "-c",
                "echo ready; exec sleep 1000",
            ], environment: box.environment)
        box.atEnd {
            _ = try? box("rm", "-f", "kept")
            kept.stop()
        }
        try #require(kept.waitForOutput("ready"))
        let joined = try box("network", "connect", "two", "kept")
        #expect(joined.status == 0, "\(joined)")
        #expect(try interfaces(box, "kept").contains { $0.hasPrefix("eth1 10.71.2.") })
        #expect(try box("network", "disconnect", "one", "kept").status == 0)
        #expect(try interfaces(box, "kept").allSatisfy { !$0.hasPrefix("eth0 ") })

        let passing = try box.container("passing", ["--network", "one"])
        // Also in its first moment, which lasts here: what it was asked to be is not written down yet.
        kill(passing.process, SIGSTOP)
        for words in [["connect", "two"], ["disconnect", "one"], ["disconnect", "-f", "one"]] {
            let refused = try box.run(["network"] + words + ["passing"])
            #expect(
                refused.status != 0
                    && refused.errors.contains(
                        "passing belongs to the command that runs it, and has its streams: others change one that 'run -d' starts, "
                            + "or 'run' without --rm"),
                "\(words): \(refused)")
        }
        kill(passing.process, SIGCONT)
        #expect(try interfaces(box, "passing").filter { $0.hasPrefix("eth") }.count == 1)
        let refused = try box("network", "connect", "two", "passing")
        #expect(refused.status != 0 && refused.errors.contains("'run' without --rm"), "\(refused)")
    }

    @Test func supervisorsThatAreKilledMeanwhileLeaveNothing() throws {
        let box = try box()
        // At whatever moment: each time a little later.
        for number in 0..<6 {
            let name = "joiner\(number)"
            try start(box, name, "--network", "one")
            let process = try box("inspect", "-f", "{{.State.Pid}}", name).text
            let supervisor = try #require(
                pid_t(try box.shell("awk '/^PPid:/ { print $2 }' /proc/\(process)/status").text))
            let connecting = try box.start("network", "connect", "two", name)
            usleep(UInt32(number * 1500))
            kill(supervisor, SIGKILL)
            _ = connecting.wait()
            // One that is not gone yet would be asked once more.
            #expect(Clock.wait { ProcessState.hasEnded(supervisor) })
            try box("ps")
            // Whatever it is on now, it can leave and join.
            if try box("inspect", "-f", "{{.State.Running}}", name).text == "true" {
                try box("network", "disconnect", "-f", "two", name)
                let again = try box("network", "connect", "two", name)
                #expect(again.status == 0, "\(again)")
            }
            try box("rm", "-f", name)
            #expect(try box.shell("find \(box.runRoot)/networks/*/names -type l").output.isEmpty)
            #expect(try box.shell("ls \(box.runRoot)/networks/*/addresses | grep -v next | grep -c '^10'").text == "0")
        }
        #expect(try box.shell("ls -A \(box.runRoot)/networks/walls").output.isEmpty)
        #expect(Clock.wait(seconds: 30) { (try? box.shell("ip -o link | grep -c mbv").text) == "0" })
    }
}
