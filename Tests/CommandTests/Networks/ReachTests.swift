// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Published ports, from wherever they are asked for.
@Suite(.commands, .box) struct ReachTests {
    private static let probe = TestMachine.top + "/.build/debug/network-probe"

    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        return box
    }

    /// Who listens, and says to everybody what a program prints.
    private func serve(_ box: Box, _ name: String, _ flags: [String], _ program: [String] = ["echo", "hello"]) throws {
        let started = try box.run(
            ["run", "-d", "--name", name] + flags + ["busybox", "nc", "-ll", "-p", "80", "-e"] + program)
        try #require(started.status == 0, "\(started)")
        #expect(Clock.wait { (try? box("exec", name, "sh", "-c", "netstat -ltn | grep -q :80").status) == 0 })
    }

    /// What the host gets from there.
    private func ask(_ box: Box, _ address: String, _ port: Int, _ kind: String = "tcp") throws -> String {
        try box.shell("\(Self.probe) ask \(kind) \(address) \(port) 5000").text
    }

    /// Sets one of the kernel's settings until the test ends.
    private func set(_ box: Box, _ name: String, _ value: String) throws {
        let path = "/proc/sys/net/\(name)"
        let former = try String(contentsOfFile: path, encoding: .utf8)
        box.atEnd { _ = try? box.shell("echo '\(former)' >\(path)") }
        try #require(try box.shell("echo '\(value)' >\(path)").status == 0)
    }

    @Test func everyPortThatIsExposedIsPublished() throws {
        let box = try box()
        let context = try box.directory("context")
        try box.file("context/Dockerfile", "FROM busybox\nEXPOSE 80 53/udp\n")
        try box("build", "-q", "-t", "exposing", context)
        box.atEnd { _ = try? box("rmi", "-f", "exposing") }
        let started = try box(
            "run", "-d", "--name", "all", "--network", "bridge", "-P", "--expose", "90-91", "-p", "18510:91",
            "exposing",
            "nc", "-ll", "-p", "80", "-e", "echo", "hello")
        #expect(started.status == 0, "\(started)")
        let ports = try box("port", "all").lines.sorted()
        #expect(ports.map { $0.prefix { $0 != " " } } == ["53/udp", "80/tcp", "90/tcp", "91/tcp"], "\(ports)")
        #expect(ports.last == "91/tcp -> 0.0.0.0:18510")
        let port = try #require(Int(try box("port", "all", "80").text.split(separator: ":").last ?? ""))
        #expect(Clock.wait { (try? ask(box, "127.0.0.1", port)) == "hello" })
        let shown = try box(
            "inspect", "-f",
            "{{.HostConfig.PublishAllPorts}} {{json .HostConfig.PortBindings}} {{json .Config.ExposedPorts}}", "all")
        #expect(
            shown.text
                == #"true {"91/tcp":[{"HostIp":"","HostPort":"18510"}]} {"53/udp":{},"80/tcp":{},"90/tcp":{},"91/tcp":{}}"#
        )
        // Which is exposed and not published is seen, too.
        try box("run", "-d", "--name", "seen", "--network", "bridge", "--expose", "90", "exposing", "sleep", "1000")
        #expect(
            try box("inspect", "-f", "{{json .NetworkSettings.Ports}}", "seen").text
                == #"{"53/udp":null,"80/tcp":null,"90/tcp":null}"#)
        #expect(try box("port", "seen").output.isEmpty)
        let refused = try box("run", "--rm", "-P", "--network", "none", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("'-P' needs a network"), "\(refused)")
        let wrong = try box("run", "--rm", "--expose", "80:80", "busybox", "true")
        #expect(wrong.status == 125 && wrong.errors.contains("is no port of a container"), "\(wrong)")
    }

    /// A number that is free at one of the two kinds of address is not free.
    @Test func aFreePortIsFreeAtAllAddresses() throws {
        let box = try box()
        try box("network", "create", "--ipv6", "--subnet", "10.33.0.0/24", "lab")
        try set(box, "ipv4/ip_local_port_range", "47010 47017")
        for port in 47010...47017 where port != 47013 {
            let other = try RunningProgram(
                [Self.probe, "serve", "tcp", "::", "\(port)", "x"], environment: box.environment)
            box.atEnd { other.stop() }
            try #require(other.waitForOutput("ready"))
        }
        let started = try box("run", "-d", "--name", "free", "--network", "lab", "-p", "80", "busybox", "sleep", "1000")
        #expect(started.status == 0, "\(started)")
        #expect(try box("port", "free").text == "80/tcp -> 0.0.0.0:47013")
        let none = try box("run", "--rm", "--network", "lab", "-p", "80", "busybox", "true")
        #expect(none.status == 125 && none.errors.contains("no port is free at all addresses"), "\(none)")
    }

    /// A client that goes on from the same port, while containers come and go.
    @Test func datagramsGoWhereThePortLeads() throws {
        let box = try box()
        try box("run", "--rm", "--network", "bridge", "busybox", "true")
        try set(box, "ipv4/ip_local_port_range", "47030 47030")
        #expect(try ask(box, "127.0.0.1", 18530, "udp") == "refused")
        for name in ["first", "second"] {
            let started = try box(
                "run", "-d", "--name", name, "--network", "bridge", "-p", "18530:53/udp", "busybox", "sleep", "1000")
            #expect(started.status == 0, "\(started)")
            let process = try box("inspect", "-f", "{{.State.Pid}}", name).text
            let server = try RunningProgram(
                ["/usr/bin/nsenter", "-t", process, "-n", Self.probe, "serve", "udp", "0.0.0.0", "53", name],
                environment: box.environment)
            try #require(server.waitForOutput("ready"))
            #expect(try ask(box, "127.0.0.1", 18530, "udp") == "\(name) 172.17.0.1")
            try box("rm", "-f", name)
            server.stop()
        }
    }

    /// By an address of the host, which is what a name from outside stands for: also where bridges ask the rules of IP.
    @Test(arguments: ["0", "1"]) func containersReachWhatIsPublishedAndNoMore(_ asks: String) throws {
        let box = try box()
        if FileManager.default.fileExists(atPath: "/proc/sys/net/bridge") {
            for name in ["iptables", "ip6tables"] { try set(box, "bridge/bridge-nf-call-\(name)", asks) }
        }
        try serve(box, "web", ["--network", "bridge", "-p", "18540:80"])
        #expect(try box("exec", "web", "nc", "-w", "5", "172.17.0.1", "18540").text == "hello", "itself")
        let other = try box("run", "--rm", "--network", "bridge", "busybox", "nc", "-w", "5", "172.17.0.1", "18540")
        #expect(other.text == "hello", "another: \(other)")
        let address = try box("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "web").text
        #expect(try box("run", "--rm", "--network", "bridge", "busybox", "nc", "-w", "2", address, "80").text == "")
    }

    /// As docker loads br_netfilter: the kernel's isolation of ports, which knows no exception, gives way to the rules.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/sys/net/bridge"), "needs br_netfilter"))
    func aReloadTellsPortsThatBridgesAskByNow() throws {
        let box = try box()
        for name in ["iptables", "ip6tables"] { try set(box, "bridge/bridge-nf-call-\(name)", "0") }
        try serve(box, "web", ["--network", "bridge", "-p", "18541:80"])
        try box("run", "-d", "--name", "asker", "--network", "bridge", "busybox", "sleep", "1000")
        for asks in ["1", "0"] {
            for name in ["iptables", "ip6tables"] { try set(box, "bridge/bridge-nf-call-\(name)", asks) }
            #expect(try box("network", "reload").status == 0)
            for name in ["web", "asker"] {
                let answer = try box("exec", name, "nc", "-w", "20", "172.17.0.1", "18541", timeout: 30).text
                #expect(answer == "hello", "\(name), \(asks)")
            }
            // What is not published is shut in both cases.
            let address = try box("inspect", "-f", "{{.NetworkSettings.IPAddress}}", "web").text
            #expect(try box("exec", "asker", "nc", "-w", "2", address, "80").text == "", "\(asks)")
        }
    }

    /// Of a container without IPv6: what docker's proxy does.
    @Test func everyAddressOfIPv6LeadsToOneThatHasNone() throws {
        let box = try box()
        try #require(try box.shell("ip addr add fd99:7::1/128 dev lo nodad").status == 0)
        box.atEnd { _ = try? box.shell("ip addr del fd99:7::1/128 dev lo") }
        try serve(
            box, "web", ["--network", "bridge", "-p", "18542:80", "-p", "127.0.0.1:18543:80", "-p", "[::]:18544:80"])
        #expect(try box("exec", "web", "ip", "-6", "addr", "show", "dev", "eth0").text == "")
        for (address, port) in [("fd99:7::1", 18542), ("::1", 18542), ("fd99:7::1", 18544), ("::1", 18544)] {
            #expect(try ask(box, address, port) == "hello", "\(address) \(port)")
        }
        #expect(try ask(box, "127.0.0.1", 18544) == "refused", "one kind of address is not both")
        #expect(
            try box("run", "--rm", "--network", "bridge", "-p", "[fd99:7::1]:18545:80", "busybox", "true").errors
                .contains("make its network with --ipv6"))
        #expect(try ask(box, "fd99:7::1", 18543) == "refused", "one address is not all")
        try box("rm", "-f", "web")
        #expect(try ask(box, "fd99:7::1", 18542) == "refused")
    }

    @Test func theLoopbackOfIPv6IsRelayed() throws {
        let box = try box()
        try serve(
            box, "web", ["--network", "bridge", "-p", "18550:80", "-p", "[::1]:18551:80"], ["cat", "/bin/busybox"])
        let sum = try box("exec", "web", "md5sum", "/bin/busybox").text.split(separator: " ")[0]
        for port in [18550, 18551] {
            let read = try box.shell("exec 3<>/dev/tcp/::1/\(port); cat <&3 | md5sum")
            #expect(read.text.split(separator: " ").first == sum, "\(port): \(read)")
        }
        #expect(try ask(box, "127.0.0.1", 18551) == "refused", "one address is not all")
        // It has no rights, and is gone with the container.
        let relay = try box.shell("pgrep -f '^minibox: relaying to'").text
        let status = try String(contentsOfFile: "/proc/\(relay)/status", encoding: .utf8)
        #expect(status.contains("Uid:\t65534\t65534\t65534\t65534") && status.contains("CapEff:\t0000000000000000"))
        #expect(status.contains("NoNewPrivs:\t1"))
        // Those of connections that have ended it closes by and by.
        #expect(
            try Clock.wait { try FileManager.default.contentsOfDirectory(atPath: "/proc/\(relay)/fd").count <= 8 })
        try box("rm", "-f", "web")
        #expect(Clock.wait { !FileManager.default.fileExists(atPath: "/proc/\(relay)") })
        // Also for a command that watches over its container itself.
        let program = try box.container(
            "own", ["--network", "bridge", "-p", "18550:80"], script: "nc -ll -p 80 -e echo hello")
        #expect(Clock.wait { (try? ask(box, "::1", 18550)) == "hello" })
        program.stop()
    }

    /// Each sender gets the answers that are for it, also of more senders than are remembered.
    @Test func datagramsToTheLoopbackOfIPv6AreRelayed() throws {
        let box = try box()
        let started = try box(
            "run", "-d", "--name", "echo", "--network", "bridge", "-p", "18570:53/udp", "busybox", "sleep", "1000")
        try #require(started.status == 0, "\(started)")
        let process = try box("inspect", "-f", "{{.State.Pid}}", "echo").text
        let server = try RunningProgram(
            [
                "/usr/bin/env", "nsenter", "-t", process, "-n", "python3", "-c",
                """
                import socket
                s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                s.bind(("0.0.0.0", 53))
                print("ready", flush=True)
                while True:
                    data, sender = s.recvfrom(70000)
                    s.sendto(b"%d " % sender[1] + data, sender)
                """,
            ], environment: box.environment)
        box.atEnd { server.stop() }
        try #require(server.waitForOutput("ready"))
        let script = """
            import socket
            ports = set()
            senders = [socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) for _ in range(500)]
            for number, s in enumerate(senders):
                s.settimeout(20)
                s.connect(("::1", 18570))
                for turn in range(2):
                    s.send(b"%d" % number + b"x" * (60000 if number == 7 else 0))
                    port, answer = s.recv(70000).split(b" ")
                    assert answer.split(b"x")[0] == b"%d" % number, answer
                    assert len(answer) > 60000 or number != 7
                ports.add(port)
            print(len(ports) > 400)
            """
        let asked = try box.shell("python3 -c '\(script)'", timeout: 60)
        #expect(asked.text == "True", "\(asked)")
        // Who was forgotten is known again when it sends again.
        #expect(try ask(box, "::1", 18570, "udp").contains(" "))
        // Where the supervisor is killed, the next one relays.
        let supervisor = try #require(pid_t(try box.shell("awk '/^PPid:/ { print $2 }' /proc/\(process)/status").text))
        kill(supervisor, SIGKILL)
        #expect(Clock.wait { ProcessState.hasEnded(supervisor) })
        #expect(
            Clock.wait {
                _ = try? box("ps")
                return (try? ask(box, "::1", 18570, "udp").contains(" ")) == true
            })
        #expect(try box("inspect", "-f", "{{.State.Running}}", "echo").text == "true")
    }

    /// Where a supervisor is killed, the next one relays.
    @Test func theRelayIsTakenOver() throws {
        let box = try box()
        try serve(box, "web", ["--network", "bridge", "-p", "18580:80"])
        #expect(try ask(box, "::1", 18580) == "hello")
        let process = try box("inspect", "-f", "{{.State.Pid}}", "web").text
        let relay = try box.shell("pgrep -f '^minibox: relaying to'").text
        let supervisor = try box.shell("awk '/^PPid:/ { print $2 }' /proc/\(process)/status").text
        #expect(try box.shell("kill -9 \(supervisor)").status == 0)
        #expect(
            Clock.wait {
                _ = try? box("ps")
                let relays = (try? box.shell("pgrep -f '^minibox: relaying to'").text) ?? ""
                return relays != relay && !relays.isEmpty && !relays.contains("\n")
            })
        #expect(Clock.wait { (try? ask(box, "::1", 18580)) == "hello" })
        #expect(try ask(box, "127.0.0.1", 18580) == "hello")
        try box("rm", "-f", "web")
        #expect(Clock.wait { (try? box.shell("pgrep -f '^minibox: relaying to'").text) == "" })
        #expect(try ask(box, "::1", 18580) == "refused")
    }

    /// Both directions end on their own, and nothing is lost.
    @Test func aRelayEndsEachDirectionByItself() throws {
        let box = try box()
        try serve(box, "sum", ["--network", "bridge", "-p", "18560:80"], ["md5sum"])
        for _ in 0..<3 {
            let script = """
                import socket
                s = socket.create_connection(("::1", 18560))
                s.sendall(b"x" * 3000000)
                s.shutdown(socket.SHUT_WR)
                print(s.makefile().read(), end="")
                """
            let answer = try box.shell("python3 -c '\(script)'")
            let wanted = try box.shell("head -c 3000000 /dev/zero | tr '\\0' x | md5sum")
            #expect(answer.text == wanted.text, "\(answer)")
        }
    }
}
