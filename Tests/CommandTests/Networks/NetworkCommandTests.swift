// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite(.commands, .box) struct NetworkCommandTests {
    private func box() throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        return box
    }

    @Test func aNetworkIsMadeShownAndRemoved() throws {
        let box = try box()
        let id = try box(
            "network", "create", "--subnet", "10.9.0.0/24", "--ipv6", "--label", "a=b", "-o", "mtu=1400", "lab")
        #expect(id.text.utf8.count == 64)
        let rows = try box("network", "ls", "--format", "{{.Name}} {{.Driver}} {{.Internal}} {{.IPv6}}").lines
        #expect(
            rows == [
                "bridge bridge false false", "host host false false", "lab bridge false true", "none null false false",
            ])
        #expect(try box("network", "ls", "-q", "-f", "label=a").text == id.text.prefix(12))
        #expect(try box("network", "ls", "-q", "-f", "type=builtin", "-f", "name=lab").output.isEmpty)
        let shown =
            "{{.Name}} {{.Driver}} {{(index .IPAM.Config 0).Subnet}} {{(index .IPAM.Config 0).Gateway}} {{.Options.mtu}}"
        #expect(try box("network", "inspect", "-f", shown, "lab").text == "lab bridge 10.9.0.0/24 10.9.0.1 1400")
        #expect(try box("inspect", "--type", "network", "-f", "{{.Id}}", String(id.text.prefix(6))).text == id.text)
        #expect(try box("network", "rm", "lab").text == "lab")
        #expect(try box("network", "rm", "lab").status == 1)
        #expect(try box("network", "rm", "-f", "lab").status == 0)
        #expect(try box("network", "rm", "bridge").errors.contains("is built in and cannot be removed"))
    }

    /// Which are there without being made, and stay.
    @Test func hostAndNoneAreNetworksAsDockerHasThem() throws {
        let box = try box()
        try box("run", "-d", "--name", "web", "--network", "host", "busybox", "sleep", "1000")
        let members = "{{.Driver}} {{len .IPAM.Config}}{{range .Containers}} {{.Name}}{{end}}"
        #expect(try box("network", "inspect", "-f", members, "host").text == "host 0 web")
        #expect(try box("network", "inspect", "-f", members, "none").text == "null 0")
        let ids = try box("network", "ls", "-q", "--no-trunc", "-f", "type=builtin").lines
        #expect(ids.count == 3 && ids.allSatisfy { $0.utf8.count == 64 }, "\(ids)")
        #expect(try box("network", "inspect", "-f", "{{.Name}}", String(ids[1].prefix(12))).text == "host")
        #expect(try box("network", "ls", "-q", "-f", "dangling=true", "-f", "driver=host").output.isEmpty)
        for (words, reason) in [
            (["rm", "host"], "is built in"), (["connect", "none", "web"], "write 'run --network none'"),
            (["inspect", "--graph", "host"], "there is no picture of host"), (["create", "host"], "another meaning"),
            (["create", "-d", "null", "lab"], "write bridge or macvlan"),
        ] {
            let refused = try box.run(["network"] + words)
            #expect(refused.status != 0 && refused.errors.contains(reason), "\(words): \(refused)")
        }
        #expect(try !box("network", "inspect", "--graph").output.contains("host"))
    }

    /// Whether its socket is there, a moment after its program has begun.
    private func listens(_ box: Box, _ name: String) throws -> Bool {
        try Clock.wait { try box("exec", name, "sh", "-c", "netstat -ltn | grep -q :80").status == 0 }
    }

    @Test func containersOnItReachEachOther() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.9.0.0/24", "--ipv6", "lab")
        try box(
            "run", "-d", "--name", "server", "--network", "lab", "--ip", "10.9.0.77", "busybox", "nc", "-ll", "-p",
            "80", "-e", "echo", "hello")
        #expect(try listens(box, "server"))
        #expect(try box("inspect", "-f", "{{.NetworkSettings.Networks.lab.IPAddress}}", "server").text == "10.9.0.77")
        let v6 = try box("inspect", "-f", "{{.NetworkSettings.Networks.lab.GlobalIPv6Address}}", "server").text
        for address in ["10.9.0.77", v6] {
            #expect(
                try box("run", "--rm", "--network", "lab", "busybox", "nc", "-w", "20", address, "80").text == "hello",
                "\(address)")
        }
        let members = try box(
            "network", "inspect", "-f", "{{range .Containers}}{{.Name}} {{.IPv4Address}}{{end}}", "lab")
        #expect(members.text == "server 10.9.0.77/24")
        #expect(try box("network", "rm", "lab").errors.contains("containers are on the network lab"))
        let again = try box("run", "--rm", "--network", "lab", "--ip", "10.9.0.77", "busybox", "true")
        #expect(again.status == 125 && again.errors.contains("has the address 10.9.0.77"))
        try box("rm", "-f", "server")
        #expect(try box("run", "--rm", "--network", "lab", "--ip", "10.9.0.77", "busybox", "true").status == 0)
    }

    @Test func thoseOnTheBuiltInOneDoNot() throws {
        let box = try box()
        for (network, reaches) in [("bridge", false), ("open", true)] {
            if reaches { try box("network", "create", "open") }
            try box(
                "run", "-d", "--name", "of-\(network)", "--network", network, "busybox", "nc", "-ll", "-p", "80", "-e",
                "echo", "hello")
            let key = "{{.NetworkSettings.Networks.\(network).IPAddress}}"
            let address = try box("inspect", "-f", key, "of-\(network)").text
            #expect(try listens(box, "of-\(network)"))
            let asked = try box(
                "run", "--rm", "--network", network, "busybox", "nc", "-w", reaches ? "20" : "2", address, "80")
            #expect((asked.text == "hello") == reaches, "\(network): \(asked)")
        }
    }

    @Test func severalNetworksAreSeveralInterfaces() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.1.0.0/24", "one")
        try box("network", "create", "--subnet", "10.2.0.0/24", "--internal", "two")
        let shown = try box(
            "run", "--rm", "--network", "name=two,ip=10.2.0.9,alias=x", "--network", "one", "busybox", "sh", "-c",
            "ip -o -4 addr | grep -o 'eth[0-9] *inet [0-9./]*'; ip route | grep -o 'default.*eth[0-9]'; grep 10.2 /etc/hosts | cut -f1"
        )
        #expect(
            shown.lines == [
                "eth0    inet 10.2.0.9/24", "eth1    inet 10.1.0.2/24", "default via 10.1.0.1 dev eth1", "10.2.0.9",
            ],
            "\(shown)")
        let twice = try box("run", "--rm", "--network", "one", "--network", "one", "busybox", "true")
        #expect(twice.status == 125 && twice.errors.contains("is named twice"))
        let mixed = try box("run", "--rm", "--network", "one", "--network", "host", "busybox", "true")
        #expect(mixed.status == 125 && mixed.errors.contains("stands alone"))
    }

    @Test(.enabled(if: TestMachine.debian, "needs the image debian: run scripts/fixtures"))
    func usersPingAndListenWithoutRights() throws {
        let box = try box()
        let script = """
            perl -MSocket -e 'socket(S, AF_INET, SOCK_DGRAM, 1) or die "ping: $!"; socket(T, AF_INET, SOCK_STREAM, 0);
            socket(S, AF_INET6, SOCK_DGRAM, 58) or die "ping: $!"; socket(U, AF_INET6, SOCK_STREAM, 0);
            bind(T, sockaddr_in(80, INADDR_ANY)) or die "bind: $!";
            bind(U, pack_sockaddr_in6(81, Socket::IN6ADDR_ANY)) or die "bind: $!"; print "both\\n"'
            """
        let own = try box(
            "run", "--rm", "--network", "bridge", "-u", "1000:1000", "--cap-drop", "ALL", "debian", "sh", "-c", script)
        #expect(own.text == "both", "\(own)")
        let none = try box(
            "run", "--rm", "--network", "bridge", "-u", "1000:1000", "--cap-drop", "ALL", "--sysctl",
            "net.ipv4.ping_group_range=1 0", "debian", "sh", "-c", script)
        #expect(none.errors.contains("ping: Permission denied"), "\(none)")
        let high = try box(
            "run", "--rm", "--network", "bridge", "-u", "1000:1000", "--cap-drop", "ALL", "--sysctl",
            "net.ipv4.ip_unprivileged_port_start=1024", "debian", "sh", "-c", script)
        #expect(high.errors.contains("bind: Permission denied"), "\(high)")
    }

    /// Where they come from, and that they are given out again.
    @Test func addressesAreOfTheRangeAndNeverTheGateways() throws {
        let box = try box()
        let made = try box(
            "network", "create", "--subnet", "10.9.0.0/24", "--gateway", "10.9.0.254", "--ip-range", "10.9.0.252/30",
            "--subnet", "fd09::/64", "--gateway", "fd09::99", "ranged")
        try #require(made.status == 0, "\(made)")
        let mac = "02:00:00:00:09:09"
        try box(
            "run", "-d", "--name", "first", "--network", "ranged", "--mac-address", mac, "--ip6", "fd09::7", "busybox",
            "sleep", "1000")
        let shown = try box(
            "exec", "first", "sh", "-c", "cat /sys/class/net/eth0/address; ip route; ip -6 route; ip -o addr")
        for part in [mac, "default via 10.9.0.254 ", "default via fd09::99 ", "10.9.0.252/24", "fd09::7/64"] {
            #expect(shown.output.contains(part), "\(part): \(shown)")
        }
        let next = try box("run", "--rm", "--network", "ranged", "busybox", "hostname", "-i")
        #expect(next.output.contains("10.9.0.253"), "\(next)")
    }

    @Test(arguments: [
        (["--network", "nope"], "there is no network nope"), (["--ip", "10.0.0.1"], "belongs to a network"),
        (["--network", "bridge", "--ip", "1.2.3"], "is no address of IPv4"),
        (["--network", "bridge", "--ip", "172.17.0.9"], "make one with --subnet"),
        (["--network", "bridge", "--mac-address", "01:00:00:00:00:01"], "is no address of one interface"),
        (["--network", "name=bridge,speed=3"], "has the key 'speed'"),
        (["--network", "a b"], "is no name of a network"),
    ]) func whatCannotBeIsRefused(_ flags: [String], _ reason: String) throws {
        let refused = try box().run(["run", "--rm"] + flags + ["busybox", "true"])
        #expect(refused.status == 125 && refused.errors.contains(reason), "\(refused)")
    }

    @Test func nothingIsLeftOfContainersThatAreKilled() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.9.0.0/29", "lab")
        for _ in 0..<12 {
            try box("run", "-d", "--name", "gone", "--network", "lab", "busybox", "sleep", "100")
            try box("rm", "-f", "gone")
        }
        let addresses = try box.shell("ls \(box.runRoot)/networks/*/addresses | grep -v next | wc -l").text
        #expect(addresses == "0")
        #expect(Clock.wait(seconds: 30) { (try? box.shell("ip -o link | grep -c mbv").text) == "0" })
        for number in 0..<5 { try box("run", "-d", "--network", "lab", "busybox", "sleep", "10\(number)") }
        let full = try box("run", "--rm", "--network", "lab", "busybox", "true")
        #expect(full.status == 125 && full.errors.contains("no address of 10.9.0.0/29 is left"), "\(full)")
    }

    /// A network namespace ends when the kernel finds the time, and its interfaces with it. Here somebody holds on to it.
    @Test func teardownIsLeftToTheKernel() throws {
        let box = try box()
        try box("run", "-d", "--name", "held", "--network", "bridge", "-p", "18590:80", "busybox", "sleep", "1000")
        let process = try box("inspect", "-f", "{{.State.Pid}}", "held").text
        let link = try box("inspect", "-f", "{{.NetworkSettings.Networks.bridge.EndpointID}}", "held").text
        let holder = try RunningProgram(
            ["/usr/bin/env", "nsenter", "-t", process, "-n", "sh", "-c", "echo ready; exec sleep 5000"],
            environment: box.environment)
        box.atEnd { holder.stop() }
        try #require(holder.waitForOutput("ready"))
        #expect(try box("rm", "-f", "held").status == 0)
        // Nothing was waited for, and all but the interfaces is free again.
        try #require(link.hasPrefix("mbv"), "\(link)")
        #expect(try box.shell("ip link show \(link)").status == 0)
        #expect(try box("run", "--rm", "--network", "bridge", "-p", "18590:80", "busybox", "true").status == 0)
        holder.stop()
        #expect(Clock.wait { (try? box.shell("ip link show \(link)").status) != 0 })
    }

    @Test func whatIsStartedAgainIsOnItAgain() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.9.0.0/24", "lab")
        try box("create", "--name", "again", "--network", "name=lab,ip=10.9.0.5", "busybox", "hostname", "-i")
        for _ in 0..<2 { #expect(try box("start", "-a", "again").text == "10.9.0.5") }
        #expect(try box("network", "prune", "-f").output.isEmpty, "a container is to be on it")
        try box("rm", "again")
        #expect(try box("network", "prune", "-f").text == "Removed: lab")
    }

    @Test func aPictureShowsWhoIsWhere() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.9.0.0/24", "--internal", "lab")
        try box("run", "-d", "--name", "web", "--network", "bridge", "-p", "18095:80", "busybox", "sleep", "1000")
        try box("run", "-d", "--name", "data", "--network", "lab", "busybox", "sleep", "1000")
        let text = try box("network", "inspect", "--graph")
        #expect(text.output.contains("└─ web  eth0  172."), "\(text)")
        #expect(text.output.contains("      0.0.0.0:18095 -> 80/tcp"))
        #expect(text.output.contains("lab  10.9.0.0/24 by 10.9.0.1") && text.output.contains("└─ data  eth0  10.9.0.2"))
        let one = try box("network", "inspect", "--graph", "lab")
        #expect(!one.output.contains("web") && one.output.contains("may not: reach the world"))
        let svg = try box("network", "inspect", "--graph", "--format", "svg", "bridge", "lab").output
        #expect(svg.hasPrefix("<svg ") && svg.contains(">data</text>"))
        #expect(try box("network", "inspect", "--graph", "--format", "png").status == 125)
        #expect(try box("network", "inspect").errors.contains("needs the name of a network"))
    }

    @Test func aFullBridgeSaysWhatToDo() throws {
        let box = try box()
        try box("network", "create", "--subnet", "10.9.16.0/20", "-o", "bridge-name=mbfull", "full")
        try box("run", "--rm", "--network", "full", "busybox", "true")
        // The other ends are in a container, with which all go at once.
        try box("run", "-d", "--name", "other", "--network", "none", "busybox", "sleep", "1000")
        box.atEnd {
            _ = try? box.shell(
                "$MINIBOX rm -f other; for _ in $(seq 300); do ip link | grep -q mbfull- || exit 0; sleep 0.1; done")
        }
        let process = try box("inspect", "-f", "{{.State.Pid}}", "other").text
        let ends = "master mbfull type veth peer name peer-& netns \(process)"
        let filled = try box.shell("seq 1023 | sed 's/.*/link add mbfull-& \(ends)/' | ip -batch -")
        try #require(filled.status == 0, "\(filled)")
        let refused = try box("run", "--rm", "--network", "full", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("make another network"), "\(refused)")
        #expect(try box.shell("ip link del mbfull-1").status == 0)
        #expect(try box("run", "--rm", "--network", "full", "busybox", "true").status == 0)
    }
}

extension Box {
    /// What there is of containers on the built-in network: addresses, links, and ports that the rules lead somewhere. A link goes
    /// with its network namespace, which is soon.
    /// - Parameter ports: the test's own, as grep(1) reads it.
    func leftOfNetworks(_ ports: String) throws -> String {
        var left = ""
        _ = Clock.wait {
            left =
                (try? self.shell(
                    "ls \(self.runRoot)/networks/*/addresses 2>/dev/null | grep '^172'; ip -o link | grep -o ' mbv[0-9a-f]*'; "
                        + "nft list ruleset 2>/dev/null | grep ' \(ports) :'"
                ).output) ?? "nobody to ask"
            return left.isEmpty
        }
        return left
    }

    /// Removes all containers and networks when the test ends, also where it fails.
    func removeNetworksAtEnd() {
        atEnd {
            let all = (try? self("network", "ls", "-q", "-f", "type=custom").lines) ?? []
            if !all.isEmpty { _ = try? self.run(["network", "rm"] + all) }
            // The built-in one stays, as it does on a machine.
            _ = try? self.shell("ip link del minibox0; rm -rf \(self.root)/networks \(self.runRoot)/networks")
        }
        removeContainersAtEnd()
    }
}
