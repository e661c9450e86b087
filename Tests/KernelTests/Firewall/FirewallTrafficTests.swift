// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite(
    "Who reaches whom", .serialized,
    .enabled(if: networkObstacle == nil, Comment(rawValue: networkObstacle ?? "")))
struct FirewallTrafficTests {
    @Test(arguments: [false, true])
    func publishedPortsAreReachedFromEverywhere(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(
            bridgesAsk: bridgesAsk, "publish,tcp,8080,10.1.0.2,80", "publish,tcp,8080,fd01::2,80",
            "publish,udp,8053,10.1.0.2,53", "publish,tcp,192.0.2.1/8082,10.1.0.2,80",
            "publish,tcp,2001:db8::1/8082,fd01::2,80", "publish,udp,8053,fd01::2,53")
        try lab.serve(lab.a1.place, "a1")
        for address in ["0.0.0.0", "::"] { try lab.network.start(lab.a1.place, "serve", "udp", address, "53", "a1") }
        // From outside, which the container sees as it is.
        #expect(try lab.ask(lab.out, "192.0.2.1", 8080) == "a1 192.0.2.2")
        #expect(try lab.ask(lab.out, "2001:db8::1", 8080) == "a1 2001:db8::2")
        #expect(try lab.ask(lab.out, "192.0.2.1", 8053, "udp") == "a1 192.0.2.2")
        #expect(try lab.ask(lab.out, "2001:db8::1", 8053, "udp") == "a1 2001:db8::2")
        #expect(try lab.ask(lab.out, "192.0.2.1", 8082) == "a1 192.0.2.2")
        #expect(try lab.ask(lab.out, "2001:db8::1", 8082) == "a1 2001:db8::2")
        // From the machine itself, by each of its addresses.
        #expect(try lab.ask(lab.host, "127.0.0.1", 8080) == "a1 10.1.0.1")
        #expect(try lab.ask(lab.host, "127.0.0.1", 8053, "udp") == "a1 10.1.0.1")
        #expect(try lab.ask(lab.host, "192.0.2.1", 8080) == "a1 192.0.2.1")
        #expect(try lab.ask(lab.host, "2001:db8::1", 8080) == "a1 2001:db8::1")
        #expect(try lab.ask(lab.host, "10.1.0.2") == "a1 10.1.0.1")
        // From a neighbour in the network and from another network. [::1] is for somebody of the machine to relay.
        #expect(try lab.ask(lab.a2.place, "192.0.2.1", 8080) == "a1 10.1.0.1")
        #expect(try lab.ask(lab.a2.place, "2001:db8::1", 8080) == "a1 fd01::1")
        #expect(try lab.ask(lab.b1.place, "192.0.2.1", 8080) == "a1 10.2.0.2")
        #expect(try lab.ask(lab.host, "::1", 8080) == "refused")
    }

    /// Where bridges ask netfilter, what is translated back to where it came from stays a frame, which only a port in
    /// hairpin mode sends back.
    @Test(arguments: [false, true])
    func aContainerReachesItselfByItsPublishedPort(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(
            bridgesAsk: bridgesAsk, "publish,tcp,8080,10.1.0.2,80", "publish,tcp,8080,fd01::2,80")
        if bridgesAsk { try lab.network.shell(lab.host, "bridge link set dev \(lab.a1.port) hairpin on") }
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.a1.place, "192.0.2.1", 8080) == "a1 10.1.0.1")
        #expect(try lab.ask(lab.a1.place, "2001:db8::1", 8080) == "a1 fd01::1")
    }

    /// Of a network whose containers do not reach each other: what is published they do reach, and nothing else.
    @Test(arguments: [false, true])
    func neighboursOfASeparateNetworkReachWhatIsPublished(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(
            bridgesAsk: bridgesAsk, network: "separate", container: ["separate"], "publish,tcp,8080,10.1.0.2,80",
            "publish,tcp,8080,fd01::2,80")
        if bridgesAsk { try lab.network.shell(lab.host, "bridge link set dev \(lab.a1.port) hairpin on") }
        try lab.serve(lab.a1.place, "a1")
        for place in [lab.a2.place, lab.a1.place] {
            #expect(try lab.ask(place, "192.0.2.1", 8080) == "a1 10.1.0.1")
            #expect(try lab.ask(place, "2001:db8::1", 8080) == "a1 fd01::1")
        }
        for address in ["10.1.0.2", "fd01::2"] { #expect(try !lab.askInVain(lab.a2.place, address).contains("a1")) }
        // A mark of its own opens nothing: it is not that of who gets the packet.
        try lab.network.shell(
            lab.a2.place,
            "nft 'table inet m { chain o { type route hook output priority 0; meta mark set 0x20000000; }; }'")
        for address in ["10.1.0.2", "fd01::2"] { #expect(try !lab.askInVain(lab.a2.place, address).contains("a1")) }
    }

    @Test func whatIsNotPublishedIsNotReachedFromOutside() throws {
        let lab = try FirewallLab()
        try lab.serve(lab.a1.place, "a1")
        for address in lab.a1.addresses { #expect(try lab.askInVain(lab.out, address) == "timeout") }
        // Nothing else holds it back.
        try lab.network.shell(lab.host, "nft flush chain inet minibox forward")
        #expect(try lab.ask(lab.out, "10.1.0.2") == "a1 192.0.2.2")
        #expect(try lab.ask(lab.out, "fd01::2") == "a1 2001:db8::2")
    }

    /// CVE-2020-8558
    @Test func whatIsPublishedOnLoopbackStaysThere() throws {
        let lab = try FirewallLab("publish,tcp,127.0.0.1/8081,10.1.0.2,80")
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.host, "127.0.0.1", 8081) == "a1 10.1.0.1")
        #expect(try lab.ask(lab.out, "192.0.2.1", 8081) == "refused")
        #expect(try lab.ask(lab.a2.place, "10.1.0.1", 8081) == "refused")
        // From those who send to 127.0.0.1 on the wire: a neighbour, and a container whose bridge routes it.
        for (place, gateway) in [(lab.out, "192.0.2.1"), (lab.a2.place, "10.1.0.1"), (lab.b1.place, "10.2.0.1")] {
            try lab.network.shell(
                place,
                "echo 1 >/proc/sys/net/ipv4/conf/eth0/route_localnet; ip route del local 127.0.0.0/8 dev lo table local; ip route del local 127.0.0.1 dev lo table local; ip addr flush dev lo; ip route add 127.0.0.0/8 via \(gateway) dev eth0"
            )
            #expect(try lab.askInVain(place, "127.0.0.1", 8081) == "timeout")
        }
        #expect(try dropped(lab, "the machine's own addresses") > 0)
    }

    /// How many packets the rules with that comment have held back.
    private func dropped(_ lab: FirewallLab, _ comment: String) throws -> Int {
        try lab.network.shell(lab.host, "nft list ruleset").lines.filter { $0.contains("comment \"\(comment)") }
            .compactMap { $0.split(separator: "counter packets ").last?.split(separator: " ").first }
            .compactMap { Int($0) }.reduce(0, +)
    }

    @Test(arguments: [false, true])
    func networksAreApart(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(bridgesAsk: bridgesAsk)
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.a2.place, "10.1.0.2") == "a1 10.1.0.3")
        #expect(try lab.ask(lab.a2.place, "fd01::2") == "a1 fd01::3")
        #expect(try lab.ask(lab.b1.place, "10.1.0.2") == "unreachable")
        #expect(try lab.ask(lab.b1.place, "fd01::2") == "prohibited")
        try lab.network.shell(lab.host, "nft flush chain inet minibox forward")
        #expect(try lab.ask(lab.b1.place, "10.1.0.2") == "a1 10.2.0.2")
        #expect(try lab.ask(lab.b1.place, "fd01::2") == "a1 fd02::2")
    }

    @Test func aContainerReachesTheWorld() throws {
        let lab = try FirewallLab()
        try lab.serve(lab.out, "out")
        #expect(try lab.ask(lab.a1.place, "192.0.2.2") == "out 192.0.2.1")
        #expect(try lab.ask(lab.a1.place, "2001:db8::2") == "out 2001:db8::1")
        let seen = try FirewallLab(network: "unmasqueraded")
        try seen.serve(seen.out, "out")
        #expect(try seen.ask(seen.a1.place, "192.0.2.2") == "out 10.1.0.2")
        #expect(try seen.ask(seen.a1.place, "2001:db8::2") == "out fd01::2")
    }

    @Test func anInternalNetworkHasNoWayOutNorIn() throws {
        let lab = try FirewallLab(
            network: "internal", "publish,tcp,8080,10.1.0.2,80", "publish,tcp,8080,fd01::2,80")
        try lab.serve(lab.out, "out")
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.a1.place, "192.0.2.2") == "unreachable")
        #expect(try lab.ask(lab.a1.place, "2001:db8::2") == "prohibited")
        for address in ["10.1.0.2", "fd01::2"] { #expect(try lab.askInVain(lab.out, address) == "timeout") }
        for address in ["192.0.2.1", "2001:db8::1"] { #expect(try lab.askInVain(lab.out, address, 8080) == "timeout") }
        #expect(try lab.ask(lab.a2.place, "10.1.0.2") == "a1 10.1.0.3")
        #expect(try lab.ask(lab.a2.place, "fd01::2") == "a1 fd01::3")
    }

    @Test(arguments: [false, true])
    func containersOfASeparateNetworkReachEachOtherByLinksAlone(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(bridgesAsk: bridgesAsk, network: "separate", container: ["separate"])
        try lab.serve(lab.a1.place, "a1")
        let own = try lab.network.shell(lab.a1.place, "ip -6 addr show dev eth0 scope link").output
        let link = try #require(own.split { " /\n".contains($0) }.first { $0.hasPrefix("fe80") })
        for address in ["10.1.0.2", "fd01::2", "\(link)%eth0"] {
            #expect(try lab.askInVain(lab.a2.place, address) != "a1 \(address)")
            #expect(try !lab.askInVain(lab.a2.place, address).contains("a1"))
        }
        // Nor over the machine, for who sends to it what is for the other. It may say that the other is at hand instead.
        try lab.network.shell(
            lab.a2.place, "ip route add 10.1.0.2 via 10.1.0.1; ip -6 route add fd01::2 via fd01::1")
        #expect(try ["unreachable", "timeout"].contains(lab.askInVain(lab.a2.place, "10.1.0.2")))
        #expect(try ["prohibited", "timeout"].contains(lab.askInVain(lab.a2.place, "fd01::2")))
        try lab.network.shell(lab.a2.place, "ip route del 10.1.0.2; ip -6 route del fd01::2 via fd01::1")
        // What it has found out so far.
        try lab.network.shell(lab.a2.place, "ip neigh flush dev eth0; ip route flush cache; ip -6 route flush cache")
        try lab.network.firewall(["add", "link,\(lab.a1.element)+\(lab.a2.element)"])
        #expect(try lab.ask(lab.a2.place, "10.1.0.2") == "a1 10.1.0.3")
        #expect(try lab.ask(lab.a2.place, "fd01::2") == "a1 fd01::3")
        #expect(try lab.ask(lab.a2.place, "\(link)%eth0").hasPrefix("a1 fe80::"))
        #expect(try lab.ask(lab.host, "10.1.0.2") == "a1 10.1.0.1")
    }

    @Test func theMachineKeepsTheLastWord() throws {
        let lab = try FirewallLab("publish,tcp,8080,10.1.0.2,80")
        try lab.serve(lab.a1.place, "a1")
        #expect(try lab.ask(lab.out, "192.0.2.1", 8080) == "a1 192.0.2.2")
        // Whichever comes first: one before minibox' chain and one behind it.
        for priority in [-10, 10] {
            try lab.network.shell(
                lab.host,
                "nft 'table inet host { chain f { type filter hook forward priority \(priority); ip daddr 10.1.0.2 drop; }; }'"
            )
            #expect(try lab.askInVain(lab.out, "192.0.2.1", 8080) == "timeout")
            try lab.network.shell(lab.host, "nft delete table inet host")
        }
        #expect(try lab.ask(lab.out, "192.0.2.1", 8080) == "a1 192.0.2.2")
    }
}
