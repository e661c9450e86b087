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

    /// What is kept has a supervisor of its own, also where a command waits for it.
    @Test func whatIsKeptJoinsWhileACommandWaitsForIt() throws {
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
    }

    /// What `run --rm` holds in the foreground has that command alone to do it, and leaves nothing at its end.
    @Test(arguments: [Signal.ended, .killed]) func whatGoesWithItsCommandJoinsAndLeaves(_ signal: Signal) throws {
        let box = try box()
        let passing = try box.container("passing", ["--network", "one", "-p", "18172:80"])
        try start(box, "peer", "--network", "two")
        let joined = try box("network", "connect", "--ip", "10.71.2.78", "--alias", "front", "two", "passing")
        #expect(joined.status == 0, "\(joined)")
        #expect(
            try interfaces(box, "passing")
                == ["eth0 10.71.1.2/24", "eth1 10.71.2.78/24", "default via 10.71.1.1 dev eth0"])
        #expect(try lookUp(box, "peer", "front") == ["0 aa", "10.71.2.78"])
        #expect(try lookUp(box, "passing", "peer") == ["0 aa", "10.71.2.2"])
        #expect(try box("exec", "passing", "cat", "/etc/hosts").output.contains("10.71.2.78\t"))
        #expect(try box("inspect", "-f", "{{.NetworkSettings.Networks.two.IPAddress}}", "passing").text == "10.71.2.78")
        let twice = try box("network", "connect", "two", "passing")
        #expect(twice.status == 1 && twice.errors.contains("is on the network two already"), "\(twice)")
        try box("exec", "-d", "passing", "nc", "-ll", "-p", "80", "-e", "echo", "hello")
        #expect(
            Clock.wait(seconds: 30) {
                (try? box("exec", "peer", "nc", "-w", "5", "front", "80").text) == "hello"
            })
        // The way out and the port of the host move with the network that is left.
        let left = try box("network", "disconnect", "one", "passing")
        #expect(left.status == 0, "\(left)")
        #expect(try interfaces(box, "passing") == ["eth1 10.71.2.78/24", "default via 10.71.2.1 dev eth1"])
        #expect(
            Clock.wait(seconds: 30) {
                (try? box("run", "--rm", "--network", "host", "busybox", "nc", "-w", "2", "127.0.0.1", "18172").text)
                    == "hello"
            })
        #expect(try box("network", "rm", "one").status == 0)
        kill(passing.process, signal.number)
        _ = passing.wait()
        #expect(Clock.wait { (try? box("ps", "-aq", "--filter", "name=passing").output.isEmpty) == true })
        try box("rm", "-f", "peer")
        #expect(try box.shell("find \(box.runRoot)/networks/*/names -type l").output.isEmpty)
        #expect(try box.shell("find \(box.runRoot)/networks/*/names -name '[0-9a-f]*' -type f").output.isEmpty)
        #expect(try box.shell("ls \(box.runRoot)/networks/*/addresses | grep -v next | grep -c '^10'").text == "0")
        #expect(try box.shell("ls -A \(box.runRoot)/networks/walls").output.isEmpty)
        #expect(Clock.wait(seconds: 30) { (try? box.shell("ip -o link | grep -c mbv").text) == "0" })
        #expect(try box.shell("nft list ruleset | grep -c 18172").text == "0")
    }

    enum Signal: Sendable {
        case ended, killed
        var number: Int32 { self == .ended ? SIGTERM : SIGKILL }
    }

    /// From the network without names to one with them, and back.
    @Test func whatGoesWithItsCommandGetsNamesWhereThereWereNone() throws {
        let box = try box()
        _ = try box.container("passing", ["--network", "bridge"])
        try start(box, "peer", "--network", "two")
        try box("network", "connect", "two", "passing")
        #expect(try box("exec", "passing", "cat", "/etc/resolv.conf").lines.contains("nameserver 127.0.0.11"))
        #expect(try lookUp(box, "passing", "peer") == ["0 aa", "10.71.2.2"])
        try box("network", "disconnect", "two", "passing")
        #expect(try !box("exec", "passing", "cat", "/etc/resolv.conf").lines.contains("nameserver 127.0.0.11"))
        #expect(try box("exec", "passing", "ip", "route").output.contains("default via 172.17.0.1"))
    }

    /// One that is stopped answers nobody: what was asked of it is not done later either.
    @Test func aCommandThatIsStoppedIsNotWaitedForLong() throws {
        let box = try box()
        let passing = try box.container("passing", ["--network", "one"])
        #expect(try box("inspect", "-f", "{{len .NetworkSettings.Networks}}", "passing").text == "1")
        kill(passing.process, SIGSTOP)
        let refused = try box("network", "connect", "two", "passing")
        #expect(refused.status != 0 && refused.errors.contains("does not answer: let it go on"), "\(refused)")
        kill(passing.process, SIGCONT)
        let missing = try box("network", "disconnect", "two", "passing")
        #expect(missing.errors.contains("is not on the network two"), "\(missing)")
        #expect(try interfaces(box, "passing").filter { $0.hasPrefix("eth") }.count == 1)
        #expect(try box("network", "connect", "two", "passing").status == 0)
        #expect(try interfaces(box, "passing").filter { $0.hasPrefix("eth") }.count == 2)
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
