// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What a rule can ask of a packet: nft(8), PRIMARY EXPRESSIONS and PAYLOAD EXPRESSIONS.
struct FirewallField: Hashable, Sendable {
    /// What has to hold for the bytes of the packet to be what the field says. nft(8) checks it too, and does not show it.
    enum Fact: Hashable, Sendable {
        case protocol4, protocol6
        /// The same by the type in the frame itself.
        case frameOf6, frameOfARP
        case transport(UInt8)
    }

    enum Source: Hashable, Sendable {
        case meta(NetfilterExpression.Meta)
        case payload(NetfilterExpression.Base, UInt32)
        case connection(NetfilterExpression.Connection)
    }

    let text: String
    let source: Source
    /// In bytes.
    let width: Int
    var facts: [Fact] = []

    private init(_ text: String, _ source: Source, _ width: Int, _ facts: [Fact] = []) {
        self.text = text
        self.source = source
        self.width = width
        self.facts = facts
    }

    /// The field into a register, or only its first bytes.
    func load(into register: Int, first count: Int? = nil) -> NetfilterExpression {
        switch source {
        case .meta(let key): .meta(key, into: register)
        case .connection(let key): .connection(key, into: register)
        case .payload(let base, let offset):
            .payload(base, offset: offset, length: UInt32(min(count ?? width, width)), into: register)
        }
    }
}

extension FirewallField {
    static let mark = Self("meta mark", .meta(.mark), 4)
    static let input = Self("iifname", .meta(.inputName), 16)
    static let output = Self("oifname", .meta(.outputName), 16)
    static let transport = Self("meta l4proto", .meta(.transport), 1)
    static let destinationPort = Self("th dport", .payload(.transport, 2), 2)
    static let state = Self("ct state", .connection(.state), 4)
    static let status = Self("ct status", .connection(.status), 4)
    static let originalDestination4 = Self("ct original ip daddr", .connection(.originalDestination4), 4)
    static let originalDestination6 = Self("ct original ip6 daddr", .connection(.originalDestination6), 16)

    static let source4 = Self("ip saddr", .payload(.network, 12), 4, [.protocol4])
    static let destination4 = Self("ip daddr", .payload(.network, 16), 4, [.protocol4])
    static let source6 = Self("ip6 saddr", .payload(.network, 8), 16, [.protocol6])
    static let destination6 = Self("ip6 daddr", .payload(.network, 24), 16, [.protocol6])
    static let udpSource = Self("udp sport", .payload(.transport, 0), 2, [.transport(17)])
    static let icmp4 = Self("icmp type", .payload(.transport, 0), 1, [.protocol4, .transport(1)])
    static let icmp6 = Self("icmpv6 type", .payload(.transport, 0), 1, [.protocol6, .transport(58)])

    static let etherType = Self("ether type", .payload(.link, 12), 2)
    static let etherSource = Self("ether saddr", .payload(.link, 6), 6)
    static let etherDestination = Self("ether daddr", .payload(.link, 0), 6)
    /// ICMPv6 as a bridge sees it.
    static let bridgedICMP6 = Self("icmpv6 type", .payload(.transport, 0), 1, [.frameOf6, .transport(58)])
    /// Whose link-layer address is asked for, or told: RFC 4861, sections 4.3 and 4.4.
    static let target6 = Self("icmpv6 taddr", .payload(.transport, 8), 16)

    /// The head of RFC 826: four numbers, of which nft(8) compares as many at once as it can.
    static let arpTypes = Self("arp htype", .payload(.network, 0), 4, [.frameOfARP])
    static let arpLengths = Self("arp hlen", .payload(.network, 4), 2, [.frameOfARP])
    static let arpOperation = Self("arp operation", .payload(.network, 6), 2, [.frameOfARP])
    static let arpSenderHardware = Self("arp saddr ether", .payload(.network, 8), 6, [.frameOfARP])
    static let arpSender = Self("arp saddr ip", .payload(.network, 14), 4, [.frameOfARP])
    static let arpTarget = Self("arp daddr ip", .payload(.network, 24), 4, [.frameOfARP])
}

extension FirewallField.Fact {
    /// The check of it.
    func expressions(for family: NetfilterTable.Family) -> [NetfilterExpression] {
        switch self {
        case .protocol4:
            family == .inet
                ? [.meta(.family, into: 0), .compare(0, [2 /* NFPROTO_IPV4 */], equal: true)]
                : [.meta(.protocolOfLink, into: 0), .compare(0, [0x08, 0x00], equal: true)]
        case .protocol6:
            family == .inet
                ? [.meta(.family, into: 0), .compare(0, [10 /* NFPROTO_IPV6 */], equal: true)]
                : [.meta(.protocolOfLink, into: 0), .compare(0, [0x86, 0xdd], equal: true)]
        case .frameOf6: Self.frame([0x86, 0xdd])
        case .frameOfARP: Self.frame([0x08, 0x06])
        case .transport(let number): [.meta(.transport, into: 0), .compare(0, [number], equal: true)]
        }
    }

    private static func frame(_ type: [UInt8]) -> [NetfilterExpression] {
        [.payload(.link, offset: 12, length: 2, into: 0), .compare(0, type, equal: true)]
    }
}
