// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension FirewallRules {
    /// How the host's end of each container's link is called: nobody else's is.
    static let portPrefix = "mbv"

    /// Frames that come from containers: who they say to be, and to whom they go. What is not let through is dropped, for a
    /// part of a packet that is not there ends the rule that asks for it.
    static let bridgedTable = Table(
        table: bridged,
        sets: [.macs, .pins4, .pins6, .unpinned, .granted, .metadataPorts, .apart, .links],
        chains: [pinned4, pinnedARP, unspecified6, told6, pinned6, taken, toMachine, passedOn])

    private static let ofContainer = FirewallTerm.Constant("\"\(portPrefix)*\"", Array(portPrefix.utf8))
    private static let zero4 = FirewallTerm.Constant("0.0.0.0", [0, 0, 0, 0])
    private static let zero6 = FirewallTerm.Constant("::", [UInt8](repeating: 0, count: 16))

    /// Hooked at NF_BR_PRI_NAT_DST_BRIDGED, ahead of what a bridge asks netfilter of IP.
    private static let taken = Chain(
        "prerouting", NetfilterHook(.filter, .prerouting, priority: -300),
        [
            Rule(.differs(.input, ofContainer), .accept),
            // What the machine itself is asked does not say by which port it came.
            Rule(.among([.input], .granted), .mark(.granted)),
            Rule(.among([.input], .metadataPorts), .mark(.metadata)),
            // A frame with a tag of a VLAN is of another type than what is in it.
            Rule(.equal(.etherType, FirewallTerm.Constant("ip", [0x08, 0x00])), .jump("pinned4")),
            Rule(.equal(.etherType, FirewallTerm.Constant("ip6", [0x86, 0xdd])), .jump("pinned6")),
            Rule(.equal(.etherType, FirewallTerm.Constant("arp", [0x08, 0x06])), .jump("pinned_arp")),
            Rule(.among([.input], .unpinned), .accept),
            Rule(.counter, .drop, comment: "not the address of this container, or not for it to say"),
        ])

    private static let pinned4 = Chain(
        "pinned4", nil,
        [
            // What a server of DHCP says.
            Rule(.equal(.udpSource, FirewallTerm.Constant("67", [0, 67])), .return),
            Rule(.among([.input, .etherSource, .source4], .pins4), .accept),
        ])

    private static let pinnedARP = Chain(
        "pinned_arp", nil,
        [
            Rule(.absent([.input, .etherSource], .macs), .return),
            Rule(
                .equal(.arpTypes, FirewallTerm.Constant("1 arp ptype ip", [0, 1, 8, 0])),
                .equal(.arpLengths, FirewallTerm.Constant("6 arp plen 4", [6, 4])),
                .among([.input, .arpSenderHardware, .arpSender], .pins4), .accept),
            // Whether anybody has its own address: RFC 5227.
            Rule(
                .equal(.arpOperation, FirewallTerm.Constant("request", [0, 1])), .equal(.arpSender, zero4),
                .among([.input, .arpSenderHardware, .arpTarget], .pins4), .accept),
        ])

    private static let pinned6 = Chain(
        "pinned6", nil,
        [
            // What a router says (CVE-2020-13401), and a server of DHCP.
            Rule(.equal(.bridgedICMP6, FirewallTerm.Constant("nd-router-advert", [134])), .return),
            Rule(.equal(.bridgedICMP6, FirewallTerm.Constant("nd-redirect", [137])), .return),
            Rule(.equal(.udpSource, FirewallTerm.Constant("547", [0x02, 0x23])), .return),
            Rule(.equal(.source6, zero6), .go(to: "unspecified6")),
            Rule(.equal(.bridgedICMP6, .advertisement), .go(to: "told6")),
            Rule(.among([.input, .etherSource, .source6], .pins6), .accept),
        ])

    /// Whether anybody has its own address (RFC 4862, section 5.4), and which groups it is in meanwhile (RFC 3590).
    private static let unspecified6 = Chain(
        "unspecified6", nil,
        [
            Rule(.absent([.input, .etherSource], .macs), .return),
            Rule(
                .equal(.bridgedICMP6, .solicitation), .among([.input, .etherSource, .target6], .pins6), .accept),
            Rule(.equal(.bridgedICMP6, FirewallTerm.Constant("mld2-listener-report", [143])), .accept),
        ])

    /// Where an address is: only its own.
    private static let told6 = Chain(
        "told6", nil,
        [
            Rule(
                .among([.input, .etherSource, .target6], .pins6), .among([.input, .etherSource, .source6], .pins6),
                .accept)
        ])

    /// Frames to the groups of IEEE 802.1D do not come by the chain above, and a bridge learns from them who sent them.
    private static let toMachine = Chain(
        "input", NetfilterHook(.filter, .input, priority: -200),
        [
            Rule(
                .equal(.input, ofContainer),
                .masked(
                    .etherDestination,
                    mask: FirewallTerm.Constant("ff:ff:ff:ff:ff:f0", [0xff, 0xff, 0xff, 0xff, 0xff, 0xf0]),
                    FirewallTerm.Constant("01:80:c2:00:00:00", [0x01, 0x80, 0xc2, 0, 0, 0])),
                .absent([.input], .unpinned), .counter, .drop, comment: "to the bridge itself")
        ])

    private static let passedOn = Chain(
        "forward", NetfilterHook(.filter, .forward, priority: -200),
        [
            // To a port of the machine's that leads to a neighbour, or back to who asks.
            Rule(.masked(.mark, mask: .returned, .returned), .accept),
            Rule(
                .among([.input], .apart), .among([.output], .apart), .absent([.input, .output], .links), .counter,
                .drop,
                comment: "containers of this network do not reach each other"),
        ])
}
