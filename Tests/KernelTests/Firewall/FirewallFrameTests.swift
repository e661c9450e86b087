// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

@Suite(
    "Who a container may say to be", .serialized,
    .enabled(if: networkObstacle == nil, Comment(rawValue: networkObstacle ?? "")))
struct FirewallFrameTests {
    private static let (own, victim): ([UInt8], [UInt8]) = ([2, 0x42, 0, 0, 0, 1], [2, 0x42, 0, 0, 0, 2])
    private static let (own4, victim4, gateway4): ([UInt8], [UInt8], [UInt8]) = (
        [10, 1, 0, 2], [10, 1, 0, 3], [10, 1, 0, 1]
    )
    private static let own6: [UInt8] = [0xfd, 1] + Frame.zeros(13) + [2]
    private static let victim6: [UInt8] = [0xfd, 1] + Frame.zeros(13) + [3]
    private static let link6: [UInt8] = [0xfe, 0x80] + Frame.zeros(6) + [0, 0x42, 0, 0xff, 0xfe, 0, 0, 1]
    private static let foreignLink6: [UInt8] = [0xfe, 0x80] + Frame.zeros(6) + [0, 0x42, 0, 0xff, 0xfe, 0, 0, 2]
    private static let nobody6 = Frame.zeros(16)

    private static let frames: [Frame] = [
        Frame("IPv4", honest: true, from: own, Frame.udp4(own4)),
        Frame("IPv4 of another", from: own, Frame.udp4(victim4)),
        Frame("IPv4 of the gateway", from: own, Frame.udp4(gateway4)),
        Frame("IPv4 of nobody", from: own, Frame.udp4([0, 0, 0, 0])),
        Frame("IPv4 with the hardware address of another", from: victim, Frame.udp4(own4)),
        Frame("IPv4 of another with its hardware address", from: victim, Frame.udp4(victim4)),
        Frame("a DHCP server", from: own, Frame.udp4(own4, port: 67)),

        Frame("ARP", honest: true, from: own, Frame.arp(1, own, own4, for: victim4)),
        Frame("an answer of ARP", honest: true, from: own, Frame.arp(2, own, own4, for: victim4)),
        Frame("a probe of ARP", honest: true, from: own, Frame.arp(1, own, [0, 0, 0, 0], for: own4)),
        Frame("a probe of ARP for another's", from: own, Frame.arp(1, own, [0, 0, 0, 0], for: victim4)),
        Frame("ARP with another's address", from: own, Frame.arp(2, own, gateway4, for: victim4)),
        Frame("ARP with another's hardware address inside", from: own, Frame.arp(2, victim, own4, for: gateway4)),
        Frame("ARP with another's hardware address outside", from: victim, Frame.arp(2, own, own4, for: gateway4)),
        Frame("ARP of another", from: victim, Frame.arp(2, victim, victim4, for: gateway4)),
        Frame("ARP of odd lengths", from: own, Frame.arp(2, own, own4, for: victim4, lengths: [4, 6])),

        Frame("IPv6", honest: true, from: own, Frame.udp6(own6)),
        Frame("IPv6 of the link", honest: true, from: own, Frame.udp6(link6)),
        Frame("IPv6 of another", from: own, Frame.udp6(victim6)),
        Frame("IPv6 of another's link", from: own, Frame.udp6(foreignLink6)),
        Frame("IPv6 of nobody", from: own, Frame.udp6(nobody6)),
        Frame("IPv6 with the hardware address of another", from: victim, Frame.udp6(own6)),
        Frame("a DHCPv6 server", from: own, Frame.udp6(link6, port: [2, 0x23])),

        Frame("a question of neighbour discovery", honest: true, from: own, Frame.icmp6(own6, type: 135, victim6)),
        Frame("an answer of neighbour discovery", honest: true, from: own, Frame.icmp6(own6, type: 136, own6)),
        Frame("an answer for the link", honest: true, from: own, Frame.icmp6(link6, type: 136, link6)),
        Frame("an answer for another", from: own, Frame.icmp6(own6, type: 136, victim6)),
        Frame("an answer of another", from: own, Frame.icmp6(victim6, type: 136, own6)),
        Frame(
            "an answer for another behind options", from: own,
            Frame.icmp6(own6, type: 136, victim6, behindOptions: true)),
        Frame("a probe", honest: true, from: own, Frame.icmp6(nobody6, type: 135, own6)),
        Frame("a probe for another's", from: own, Frame.icmp6(nobody6, type: 135, victim6)),
        Frame("a probe with another's hardware address", from: victim, Frame.icmp6(nobody6, type: 135, own6)),
        Frame("a report of groups", honest: true, from: own, Frame.icmp6(nobody6, type: 143, nobody6)),
        // CVE-2020-13401
        Frame("a router", from: own, Frame.icmp6(link6, type: 134, nobody6)),
        Frame("a router behind options", from: own, Frame.icmp6(link6, type: 134, nobody6, behindOptions: true)),
        Frame("another way", from: own, Frame.icmp6(link6, type: 137, victim6)),

        Frame("a VLAN", from: own, [0x81, 0, 0, 5] + Frame.udp4(victim4)),
        Frame("a VLAN with what is its own", from: own, [0x81, 0, 0, 5] + Frame.udp4(own4)),
        Frame("RARP", from: own, [0x80, 0x35] + Frame.zeros(44)),
        Frame("MPLS", from: own, [0x88, 0x47] + Frame.zeros(44)),
        Frame("a frame of IEEE 802.3", from: own, [0, 46] + Frame.zeros(44)),
    ]

    /// Sends the frames, and tells what the neighbour got when all have been on their way: an honest one comes last.
    private func sent(_ frames: [Frame], _ lab: FirewallLab) throws -> String {
        let last = Frame("the last", from: Self.own, Frame.udp4(Self.own4))
        let capture = try lab.network.start(lab.a2.place, "capture", "eth0", "600000")
        let all = (frames + [last]).enumerated().map { $1.text($0) }
        let words = "\(TestMachine.top)/.build/debug/network-probe frame eth0 " + all.joined(separator: " ")
        try lab.network.shell(lab.a1.place, words)
        #expect(capture.waitForOutput(Frame.tail(frames.count)))
        return capture.stop().output
    }

    /// Which of the frames the neighbour gets.
    private func passed(_ lab: FirewallLab) throws -> [Bool] {
        let seen = try sent(Self.frames, lab)
        return Self.frames.indices.map { seen.contains(Frame.tail($0)) }
    }

    @Test(arguments: [false, true])
    func itSaysWhatIsItsOwn(bridgesAsk: Bool) throws {
        let lab = try FirewallLab(bridgesAsk: bridgesAsk)
        for (frame, isSeen) in zip(Self.frames, try passed(lab)) {
            #expect(isSeen == frame.isHonest, "\(frame.name)")
        }
    }

    @Test func whoIsNotPinnedSaysWhatItLikes() throws {
        for (frame, isSeen) in zip(Self.frames, try passed(try FirewallLab(container: ["unpinned"]))) {
            #expect(isSeen, "\(frame.name)")
        }
    }

    /// What is sent to the groups of bridges is no bridge's to pass on, but it learns from it who is where.
    @Test(arguments: [true, false])
    func aBridgeLearnsFromWhomItIs(isPinned: Bool) throws {
        let lab = try FirewallLab(container: isPinned ? [] : ["unpinned"])
        func lie(_ digit: UInt8, to group: UInt8?) -> Frame {
            Frame(
                "a lie", from: [2, 0x42, 0, 0, 0, digit], to: group.map { [1, 0x80, 0xc2, 0, 0, $0] },
                [0x88, 0xcc] + Frame.zeros(44))
        }
        // To everybody, to a group, and to that of LLDP, which no rule sees: the bridge is told not to learn from it.
        let lies = [lie(0x97, to: nil), lie(0x98, to: 3), lie(0x99, to: 14)]
        _ = try sent(lies, lab)
        let learnt = try lab.network.shell(lab.host, "bridge fdb show dev \(lab.a1.port)").output
        #expect(learnt.contains("02:42:00:00:00:97") != isPinned)
        #expect(!learnt.contains("02:42:00:00:00:99"))
        let input = try lab.network.shell(lab.host, "nft list chain bridge minibox input").output
        #expect(input.contains("counter packets \(isPinned ? 1 : 0) "))
    }

    /// Five answers of ARP, as the tool for it sends them: the neighbour believes none.
    @Test(arguments: [true, false])
    func nobodyTakesTheGatewaysPlace(isPinned: Bool) throws {
        let lab = try FirewallLab(container: isPinned ? [] : ["unpinned"])
        #expect(try lab.network.probe(lab.a2.place, "ping", "10.1.0.1", "30000") == "alive")
        let lie = Frame(
            "ARP", from: Self.own, to: Self.victim, Frame.arp(2, Self.own, Self.gateway4, for: Self.victim4))
        // A neighbour that was just heard of is not given up for one second: net.ipv4.neigh.eth0.locktime.
        try lab.network.shell(lab.a2.place, "echo 0 >/proc/sys/net/ipv4/neigh/eth0/locktime")
        _ = try sent([Frame](repeating: lie, count: 5), lab)
        let neighbours = try lab.network.shell(lab.a2.place, "ip neigh show 10.1.0.1").output
        #expect(neighbours.contains("02:42:00:00:00:01") != isPinned, "\(neighbours)")
    }
}
