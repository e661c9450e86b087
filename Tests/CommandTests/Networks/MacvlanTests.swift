// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Containers beside an interface of the machine's, on the link of another machine.
@Suite(.commands, .box) struct MacvlanTests {
    /// A link of the machine's, at whose other end another machine answers `outside` on port 80 of its addresses.
    private struct Link {
        let box: Box
        /// The machine's interface.
        let name: String
        private let neighbour: RunningProgram

        init() throws {
            box = try TestSupport.box()
            box.removeNetworksAtEnd()
            name = "mv" + String(UInt32.random(in: .min ... .max), radix: 16)
            neighbour = try RunningProgram(
                ["/usr/bin/unshare", "-n", "/bin/sh", "-c", "echo ready; exec sleep 1000"], environment: box.environment
            )
            let (box, name, neighbour) = (box, name, neighbour)
            box.atEnd {
                _ = try? box.shell("ip link delete \(name)")
                neighbour.stop()
            }
            try #require(neighbour.waitForOutput("ready"))
            let made = try box.shell(
                """
                ip link add \(name) type veth peer name eth0 netns \(neighbour.process) && ip link set \(name) up &&
                    nsenter -t \(neighbour.process) -n sh -ec '
                        ip link set lo up; ip addr add 10.94.1.1/24 dev eth0; ip addr add 169.254.169.254/32 dev eth0
                        ip addr add 100.100.100.200/32 dev eth0
                        ip link set eth0 up'
                """)
            try #require(made.status == 0, "\(made)")
            let server = try RunningProgram(
                inside("serve", "tcp", "0.0.0.0", "80", "outside"), environment: box.environment)
            box.atEnd { server.stop() }
            try #require(server.waitForOutput("ready"))
        }

        /// A probe of the other machine's.
        private func inside(_ words: String...) -> [String] {
            ["/usr/bin/nsenter", "-t", "\(neighbour.process)", "-n", MacvlanTests.probe] + words
        }

        /// What the other machine gets from port 80 of an address.
        func ask(_ address: String) throws -> String {
            try RunningProgram(inside("ask", "tcp", address, "80", "5000"), environment: box.environment).wait().text
        }
    }

    private static let probe = TestMachine.top + "/.build/debug/network-probe"

    private func create(_ link: Link, _ flags: String...) throws {
        let made = try link.box.run(
            ["network", "create", "-d", "macvlan", "-o", "parent=\(link.name)", "--subnet", "10.94.1.0/24"] + flags
                + ["beside"])
        try #require(made.status == 0, "\(made)")
        #expect(made.errors.contains("no firewall of this machine stands before containers on beside"), "\(made)")
    }

    private func start(_ box: Box, _ name: String, _ flags: String...) throws {
        let started = try box.run(
            ["run", "-d", "--name", name, "--network", "beside"] + flags
                + ["busybox", "nc", "-ll", "-p", "80", "-e", "echo", "hello"])
        try #require(started.status == 0, "\(started)")
        #expect(Clock.wait { (try? box("exec", name, "sh", "-c", "netstat -ltn | grep -q :80").status) == 0 })
    }

    /// What a container gets from port 80 of an address.
    private func ask(_ box: Box, _ name: String, _ address: String) throws -> String {
        try box("exec", name, "nc", "-w", "3", address, "80").text.split(separator: " ").first.map(String.init) ?? ""
    }

    @Test func containersReachTheLinkAndEachOtherAndNotTheHost() throws {
        let link = try Link()
        let box = link.box
        try create(link)
        try start(box, "first")
        try start(box, "second", "--ip", "10.94.1.77", "--mac-address", "02:00:00:00:94:77")
        #expect(try ask(box, "first", "10.94.1.77") == "hello")
        #expect(try ask(box, "second", "first") == "hello")
        #expect(try ask(box, "first", "10.94.1.1") == "outside")
        #expect(try box("exec", "second", "cat", "/sys/class/net/eth0/address").text == "02:00:00:00:94:77")
        // The other machine reaches them without a port that is published.
        #expect(try link.ask("10.94.1.77") == "hello")
        // The kernel keeps what is above an interface from its own machine.
        #expect(try box.shell("\(Self.probe) ask tcp 10.94.1.77 80 300").text != "hello")
        #expect(try box("network", "inspect", "-f", "{{.Driver}} {{.Parent}}", "beside").text == "macvlan \(link.name)")
        #expect(try box("network", "ls", "-q", "--filter", "driver=macvlan").lines.count == 1)
        #expect(try box("network", "inspect", "--graph", "beside").output.contains("(beside \(link.name))"))
        #expect(try box("rm", "-f", "first", "second").status == 0)
        #expect(try box("network", "rm", "beside").status == 0)
        #expect(try box.shell("ip link show \(link.name)").status == 0)
    }

    @Test func privateOnesDoNotReachEachOther() throws {
        let link = try Link()
        let box = link.box
        try create(link, "-o", "macvlan-mode=private")
        try start(box, "first")
        try start(box, "second", "--ip", "10.94.1.77")
        #expect(try ask(box, "first", "10.94.1.77") == "")
        #expect(try ask(box, "first", "10.94.1.1") == "outside")
    }

    @Test(arguments: [false, true]) func metadataIsRefusedUntilItIsGranted(_ isGranted: Bool) throws {
        let link = try Link()
        let box = link.box
        try create(link, "-o", "metadata=\(isGranted ? "on" : "off")")
        try start(box, "first")
        for address in ["169.254.169.254", "100.100.100.200"] {
            #expect(try ask(box, "first", address) == (isGranted ? "outside" : ""), "\(address)")
        }
        let plan = try box("run", "--dry-run", "--explain", "--network", "beside", "busybox", "true").output
        #expect(plan.contains("beside the host's \(link.name)"), "\(plan)")
        #expect(plan.contains("but none to 169.254.0.0/16") == !isGranted, "\(plan)")
    }

    @Test func aContainerThatRunsJoinsAndLeaves() throws {
        let link = try Link()
        let box = link.box
        try create(link)
        try box("network", "create", "--subnet", "10.95.1.0/24", "other")
        let started = try box("run", "-d", "--name", "web", "--network", "other", "busybox", "sleep", "1000")
        #expect(started.status == 0, "\(started)")
        let joined = try box("network", "connect", "beside", "web")
        #expect(joined.status == 0, "\(joined)")
        #expect(try ask(box, "web", "10.94.1.1") == "outside")
        #expect(try box("network", "disconnect", "beside", "web").status == 0)
        #expect(try box("exec", "web", "ip", "link", "show", "eth1").status != 0)
        #expect(try box("network", "inspect", "-f", "{{len .Containers}}", "beside").text == "0")
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        let link = try Link()
        let box = link.box
        func refusal(_ words: String...) throws -> String {
            let outcome = try box.run(["network", "create"] + words)
            #expect(outcome.status == 125, "\(words): \(outcome)")
            return outcome.errors
        }
        #expect(try refusal("-d", "macvlan", "lone").contains("add -o parent=INTERFACE"))
        #expect(try refusal("-d", "macvlan", "-o", "parent=nowhere0", "lone").contains("no interface nowhere0"))
        #expect(try refusal("-o", "parent=\(link.name)", "lone").contains("add -d macvlan"))
        #expect(
            try refusal("-d", "macvlan", "-o", "parent=\(link.name)", "-o", "icc=off", "lone").contains(
                "is for bridges"))
        #expect(
            try refusal("-d", "macvlan", "-o", "macvlan-mode=x", "lone").contains("bridge, private, vepa or passthru"))
        #expect(try refusal("-d", "ipvlan", "lone").contains("write bridge or macvlan"))
        try create(link)
        let published = try box("run", "--rm", "--network", "beside", "-p", "18590:80", "busybox", "true")
        #expect(published.status == 125 && published.errors.contains("an address of its own"), "\(published)")
    }
}
