// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// The walls of a network over IPv6 that `SixthVersionTests` does not look at: from outside, for metadata, by addresses of links and
/// by those of nobody. What is refused is told at once; what is dropped is asked for in vain.
@Suite(.commands, .box) struct IPv6WallTests {
    private static let probe = TestMachine.top + "/.build/debug/network-probe"

    /// With networks that have flags, and then a name.
    private func box(_ networks: [String]...) throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        for words in networks {
            let made = try box.run(["network", "create"] + words)
            try #require(made.status == 0, "\(made)")
        }
        return box
    }

    private func start(_ box: Box, _ name: String, _ flags: String...) throws {
        let started = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
    }

    /// What leads into the network of a container.
    private func inside(_ box: Box, _ name: String) throws -> String {
        "nsenter -t \(try box("inspect", "-f", "{{.State.Pid}}", name).text) -n"
    }

    /// Says a word at a port of all addresses of IPv6, in a container or on this machine.
    private func serve(_ box: Box, in place: String, _ word: String, _ port: Int) throws {
        let words = (place.isEmpty ? [] : place.split(separator: " ").map(String.init))
        let server = try RunningProgram(
            ["/usr/bin/env"] + words + [Self.probe, "serve", "tcp", "::", "\(port)", word], environment: box.environment
        )
        box.atEnd { server.stop() }
        try #require(server.waitForOutput("ready"), "\(server.errorsSoFar)")
    }

    private func ask(_ box: Box, in place: String, _ address: String, _ port: Int, patience: Int = 30000) throws
        -> String
    {
        try box.shell("\(place) \(Self.probe) ask tcp \(address) \(port) \(patience)", timeout: 60).text
    }

    /// By the addresses that they were given, and by those that the kernel gives each link.
    @Test(arguments: [(["-o", "icc=off"], false), ([], true)] as [([String], Bool)])
    func neighboursReachEachOtherWhereTheyMay(_ flags: [String], _ reaches: Bool) throws {
        let box = try box(flags + ["--subnet", "10.97.0.0/24", "--subnet", "fd97::/64", "lab"])
        try start(box, "web", "--network", "name=lab,ip6=fd97::7")
        try start(box, "asker", "--network", "name=lab,ip6=fd97::8")
        try serve(box, in: inside(box, "web"), "hello", 80)
        for address in ["fd97::7", try link(box, "web")] {
            let answer = try ask(
                box, in: inside(box, "asker"), address, 80, patience: reaches ? 30000 : 500)
            #expect(answer.hasPrefix("hello ") == reaches, "\(address): \(answer)")
        }
    }

    /// The address of a container's link, once no neighbour has claimed it.
    private func link(_ box: Box, _ name: String) throws -> String {
        let find = "\(try inside(box, name)) ip -o -6 addr show dev eth0 scope link -tentative"
        #expect(Clock.wait { (try? box.shell(find).text.isEmpty) == false })
        let words = try box.shell(find).text.split { " /".contains($0) }
        return try #require(words.first { $0.hasPrefix("fe80") }) + "%eth0"
    }

    /// A container of a network without IPv6 has no address of it, and on the built-in one none that it gives itself helps.
    @Test(arguments: [("bridge", false), ("odd", true)])
    func anAddressThatIsNobodysReachesNobody(_ network: String, _ reaches: Bool) throws {
        let box = try box(["--subnet", "10.97.0.0/24", "-o", "antispoof=off", "odd"])
        for (number, name) in ["web", "asker"].enumerated() {
            try start(box, name, "--network", network)
            let place = try inside(box, name)
            #expect(try box.shell("\(place) ip -6 addr show dev eth0").text == "")
            let given = try box.shell(
                "\(place) sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6; ip addr add fd97::\(number + 7)/64 dev eth0 nodad'"
            )
            try #require(given.status == 0, "\(given)")
        }
        try serve(box, in: inside(box, "web"), "hello", 80)
        let answer = try ask(box, in: inside(box, "asker"), "fd97::7", 80, patience: reaches ? 30000 : 500)
        #expect(reaches ? answer == "hello fd97::8" : ["timeout", "unreachable"].contains(answer), "\(answer)")
    }

    /// Who is refused is told by a reset before the kernel would ask again, after a second.
    @Test func metadataIsReachedByWhomItIsGranted() throws {
        let box = try box(
            ["--subnet", "10.97.1.0/24", "--subnet", "fd97:1::/64", "closed"],
            ["--subnet", "10.97.2.0/24", "--subnet", "fd97:2::/64", "-o", "metadata=on", "open"])
        try #require(try box.shell("ip addr add fd00:ec2::254/128 dev lo nodad").status == 0)
        box.atEnd { _ = try? box.shell("ip addr del fd00:ec2::254/128 dev lo") }
        try serve(box, in: "", "credential", 18791)
        try start(box, "first", "--network", "name=closed,ip6=fd97:1::7")
        try start(box, "second", "--network", "name=closed,ip6=fd97:1::8", "--metadata", "open")
        try start(box, "third", "--network", "name=open,ip6=fd97:2::7")
        #expect(try ask(box, in: inside(box, "first"), "fd00:ec2::254", 18791, patience: 900) == "refused")
        #expect(try ask(box, in: inside(box, "second"), "fd00:ec2::254", 18791) == "credential fd97:1::8")
        #expect(try ask(box, in: inside(box, "third"), "fd00:ec2::254", 18791) == "credential fd97:2::7")
    }

    /// Neither to speak from, nor to tell neighbours of, who ask for it in vain.
    @Test(arguments: [([], false), (["-o", "antispoof=off"], true)] as [([String], Bool)])
    func anotherAddressIsNotItsOwn(_ flags: [String], _ reaches: Bool) throws {
        let box = try box(flags + ["--subnet", "10.97.0.0/24", "--subnet", "fd97::/64", "lab"])
        try start(box, "web", "--network", "name=lab,ip6=fd97::7")
        try start(box, "liar", "--network", "name=lab,ip6=fd97::8")
        let (web, liar) = (try inside(box, "web"), try inside(box, "liar"))
        try serve(box, in: web, "hello", 80)
        try serve(box, in: liar, "lie", 80)
        #expect(try ask(box, in: liar, "fd97::7", 80) == "hello fd97::8")
        #expect(try box.shell("\(liar) ip addr add fd97::77/64 dev eth0 nodad").status == 0)
        let found = try ask(box, in: web, "fd97::77", 80, patience: reaches ? 30000 : 5000)
        #expect(found == "lie fd97::7" || !reaches && ["unreachable", "timeout"].contains(found), "\(found)")
        #expect(found.hasPrefix("lie") == reaches, "\(found)")
        #expect(try box.shell("\(liar) ip addr del fd97::8/64 dev eth0").status == 0)
        let answer = try ask(box, in: liar, "fd97::7", 80, patience: reaches ? 30000 : 500)
        #expect(reaches ? answer == "hello fd97::77" : ["unreachable", "timeout"].contains(answer), "\(answer)")
    }

    /// From a container, and to one from another machine.
    @Test func anInternalNetworkHasNoWayOutNorIn() throws {
        let box = try box(
            ["--subnet", "10.97.1.0/24", "--subnet", "fd97:1::/64", "lab"],
            ["--subnet", "10.97.2.0/24", "--subnet", "fd97:2::/64", "--internal", "closed"])
        // Another machine: a network namespace that ends with its process, and the interfaces with it.
        let machine = try RunningProgram(
            ["/usr/bin/env", "unshare", "--net", "sh", "-c", "echo ready; exec sleep 5000"],
            environment: box.environment)
        box.atEnd {
            machine.stop()
            _ = try? box.shell("while ip link show outside6; do sleep 0.05; done")
        }
        try #require(machine.waitForOutput("ready"))
        let outside = "nsenter -t \(machine.process) -n"
        let made = try box.shell(
            """
            set -e
            ip link add outside6 type veth peer name inside6 netns \(machine.process)
            ip addr add 2001:db8:97::1/64 dev outside6 nodad
            ip link set outside6 up
            \(outside) ip addr add 2001:db8:97::2/64 dev inside6 nodad
            \(outside) ip link set inside6 up
            until ip link show outside6 | grep -q 'state UP'; do sleep 0.02; done
            until \(outside) ip link show inside6 | grep -q 'state UP'; do sleep 0.02; done
            \(outside) ip route add fd97::/16 via 2001:db8:97::1
            """)
        try #require(made.status == 0, "\(made)")
        try serve(box, in: outside, "world", 80)
        try start(box, "free", "--network", "name=lab,ip6=fd97:1::7", "-p", "18792:80")
        try start(box, "caught", "--network", "name=closed,ip6=fd97:2::7")
        try start(box, "fellow", "--network", "name=closed,ip6=fd97:2::8")
        let (free, caught) = (try inside(box, "free"), try inside(box, "caught"))
        try serve(box, in: free, "hello", 80)
        try serve(box, in: caught, "secret", 80)
        #expect(try ask(box, in: free, "2001:db8:97::2", 80) == "world 2001:db8:97::1")
        #expect(try ask(box, in: caught, "2001:db8:97::2", 80) == "unreachable")
        // Nor for one that makes a way.
        try #require(try box.shell("\(caught) ip route add default via fd97:2::1").status == 0)
        #expect(try ask(box, in: caught, "2001:db8:97::2", 80) == "prohibited")
        #expect(try ask(box, in: inside(box, "fellow"), "fd97:2::7", 80) == "secret fd97:2::8")
        #expect(try ask(box, in: outside, "2001:db8:97::1", 18792) == "hello 2001:db8:97::2")
        for address in ["fd97:1::7", "fd97:2::7"] {
            #expect(try ask(box, in: outside, address, 80, patience: 500) == "timeout", "\(address)")
        }
    }
}
