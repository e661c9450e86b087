// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// The walls of a network over IPv6: shut, and open where an option opens them. `PublishTests` has those of IPv4.
@Suite(.commands, .box) struct SixthVersionTests {
    private func box(_ networks: [String]...) throws -> Box {
        let box = try TestSupport.box()
        box.removeNetworksAtEnd()
        for flags in networks {
            let made = try box.run(["network", "create"] + flags)
            try #require(made.status == 0, "\(made)")
        }
        return box
    }

    /// Who listens at both kinds of address, and says a word to everybody.
    private func serve(_ box: Box, _ name: String, port: Int, _ flags: [String]) throws {
        let started = try box.run(
            ["run", "-d", "--name", name] + flags + ["busybox", "nc", "-ll", "-p", "\(port)", "-e", "echo", "hello"])
        try #require(started.status == 0, "\(started)")
        #expect(Clock.wait { (try? box("exec", name, "sh", "-c", "netstat -ltn | grep -q :\(port)").status) == 0 })
    }

    /// What a container gets from there; empty where nobody answers.
    private func ask(
        _ box: Box, _ flags: [String], _ address: String, _ port: Int, after script: String = "true",
        isOpen: Bool
    ) throws -> String {
        // One address may be looked for in vain a while, until another container's is not taken for it any more.
        let asking = "\(script); nc -w \(isOpen ? 20 : 2) \(address) \(port)"
        return try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", asking], timeout: 60).text
    }

    @Test(arguments: [([], true), (["-o", "icc=off"], false)] as [([String], Bool)])
    func containersReachEachOtherWhereTheNetworkLetsThem(_ flags: [String], _ reaches: Bool) throws {
        let box = try box(["--subnet", "10.71.0.0/24", "--subnet", "fd71::/64"] + flags + ["lab"])
        try serve(box, "web", port: 80, ["--network", "name=lab,ip=10.71.0.9,ip6=fd71::9"])
        for address in ["fd71::9", "10.71.0.9"] {
            let answer = try ask(box, ["--network", "lab"], address, 80, isOpen: reaches)
            #expect((answer == "hello") == reaches, "\(address): \(answer)")
        }
    }

    @Test(arguments: [([], false), (["-o", "host-access=on"], true)] as [([String], Bool)])
    func servicesOfTheHostAreReachedWhereThatIsGranted(_ flags: [String], _ reaches: Bool) throws {
        let box = try box(["--subnet", "10.72.0.0/24", "--subnet", "fd72::/64"] + flags + ["lab"])
        try serve(box, "host", port: 18690, ["--network", "host"])
        let answer = try ask(box, ["--network", "lab"], "fd72::1", 18690, isOpen: reaches)
        #expect((answer == "hello") == reaches, "\(answer)")
    }

    @Test func networksDoNotReachEachOther() throws {
        let box = try box(
            ["--subnet", "10.73.1.0/24", "--subnet", "fd73:1::/64", "one"],
            ["--subnet", "10.73.2.0/24", "--subnet", "fd73:2::/64", "two"])
        try serve(box, "web", port: 80, ["--network", "name=one,ip6=fd73:1::9"])
        #expect(try ask(box, ["--network", "two"], "fd73:1::9", 80, isOpen: false) == "")
        #expect(try ask(box, ["--network", "two", "--network", "one"], "fd73:1::9", 80, isOpen: true) == "hello")
    }

    /// Also where a container makes itself a way.
    @Test func anInternalNetworkHasNoWayOut() throws {
        let box = try box(
            ["--subnet", "10.74.1.0/24", "--subnet", "fd74:1::/64", "open"],
            ["--subnet", "10.74.2.0/24", "--subnet", "fd74:2::/64", "--internal", "shut"])
        try serve(box, "web", port: 80, ["--network", "name=shut,ip6=fd74:2::9"])
        #expect(try ask(box, ["--network", "shut"], "fd74:2::9", 80, isOpen: true) == "hello")
        let ways = "ip -6 route | grep -c '^default'"
        #expect(try box("run", "--rm", "--network", "open", "busybox", "sh", "-c", ways).text == "1")
        #expect(try box("run", "--rm", "--network", "shut", "busybox", "sh", "-c", ways).text == "0")
        try serve(box, "host", port: 18691, ["--network", "host"])
        for address in ["fd74:1::1", "fd74:2::1"] {
            let answer = try ask(
                box, ["--network", "shut", "--cap-add", "NET_ADMIN"], address, 18691,
                after: "ip -6 route add default via fd74:2::1", isOpen: false)
            #expect(answer == "", "\(address)")
        }
    }

    @Test(arguments: [([], false), (["-o", "antispoof=off"], true)] as [([String], Bool)])
    func anotherAddressIsNotItsOwn(_ flags: [String], _ reaches: Bool) throws {
        let box = try box(["--subnet", "10.75.0.0/24", "--subnet", "fd75::/64"] + flags + ["lab"])
        try serve(box, "web", port: 80, ["--network", "name=lab,ip6=fd75::9"])
        let another = """
            ip -6 addr del fd75::2/64 dev eth0; ip -6 addr add fd75::77/64 dev eth0
            while ip -6 addr show dev eth0 | grep -q tentative; do sleep 0.1; done
            """
        let answer = try ask(
            box, ["--network", "name=lab,ip6=fd75::2", "--cap-add", "NET_ADMIN"], "fd75::9", 80, after: another,
            isOpen: reaches)
        #expect((answer == "hello") == reaches, "\(answer)")
        // With its own it is answered on both.
        #expect(try ask(box, ["--network", "name=lab,ip6=fd75::2"], "fd75::9", 80, isOpen: true) == "hello")
    }
}
