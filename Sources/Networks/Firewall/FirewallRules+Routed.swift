// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension FirewallRules {
    /// IPv4 and IPv6 as they are routed, and as they are for the machine itself. To accept ends this table alone: whatever
    /// else the machine drops is dropped.
    static let routedTable = Table(
        table: routed,
        sets: [
            .bridges, .selves, .separate, .links4, .links6, .subnets4, .subnets6, .internal, .masqueraded, .hostaccess,
            .hostports, .metadata, .ports4, .ports6, .ports4At, .ports6At,
        ],
        chains: [raw, metadata, publish, prerouting, returned, output, postrouting, forward, input])

    private static let loopback = FirewallTerm.Constant("127.0.0.0/8", [127])

    // MARK: before any translation

    /// Ahead of the connection's translation, which would hide where a packet was going to.
    private static let raw = Chain(
        "raw", NetfilterHook(.filter, .prerouting, priority: -300),
        [
            Rule(.absent([.input], .bridges), .accept),
            Rule(
                .equal(.destination4, loopback), .counter, .drop,
                comment: "the machine's own addresses, from a container"),
            Rule(.equal(.source4, loopback), .counter, .drop, comment: "the machine's own addresses, from a container"),
            Rule(.equal(.destination4, metadataLink), .go(to: "metadata")),
            Rule(.equal(.destination4, metadataAlibaba), .go(to: "metadata")),
            Rule(.equal(.destination6, metadataAmazon), .go(to: "metadata")),
            Rule(.equal(.destination6, metadataGoogle), .go(to: "metadata")),
        ])

    /// Where clouds hand out what their machines are and may do: AWS, Azure, Google, OpenStack and others have all of the
    /// link-local range, of which 169.254.169.254 is the best known; AWS has fd00:ec2::254 and other addresses there.
    private static let metadataLink = FirewallTerm.Constant("169.254.0.0/16", [169, 254])
    private static let metadataAlibaba = FirewallTerm.Constant("100.100.100.200", [100, 100, 100, 200])
    private static let metadataAmazon = FirewallTerm.Constant("fd00:ec2::/32", [0xfd, 0, 0x0e, 0xc2])
    private static let metadataGoogle = FirewallTerm.Constant(
        "fd20:ce::254", [0xfd, 0x20, 0, 0xce] + [UInt8](repeating: 0, count: 10) + [0x02, 0x54])

    private static let metadata = Chain(
        "metadata", nil,
        [
            Rule(.among([.input], .metadata), .accept),
            Rule(.masked(.mark, mask: .metadata, .metadata), .accept),
        ] + refusal("metadata of the cloud, not granted"))

    /// What says at once that nobody listens, as a closed port of the machine does. TCP is told by a reset: while `connect` is
    /// still sending, Linux only notes an ICMP message, and asks again a second later (`tcp_v4_err`, `sock_owned_by_user`).
    private static func refusal(_ comment: String) -> [Rule] {
        [
            Rule(
                .equal(.transport, FirewallTerm.Constant("tcp", [6])), .counter, .reject(.reset), comment: comment),
            Rule(.counter, .reject(.noSuchPort), comment: comment),
        ]
    }

    // MARK: published ports

    private static let publish = Chain(
        "publish", nil,
        [
            Rule(.translate(.v4, [.destination4, .transport, .destinationPort], .ports4At)),
            Rule(.translate(.v4, [.transport, .destinationPort], .ports4)),
            Rule(.translate(.v6, [.destination6, .transport, .destinationPort], .ports6At)),
            Rule(.translate(.v6, [.transport, .destinationPort], .ports6)),
        ])

    private static let prerouting = Chain(
        "prerouting", NetfilterHook(.nat, .prerouting, priority: -100),
        [
            // The kernel drops it as a martian where it stays as it is: a neighbour must not reach what is published on
            // 127.0.0.1 (CVE-2020-8558, moby/moby#45610).
            Rule(.equal(.destination4, loopback), .return),
            Rule(.isLocal(ofInterface: false), .go(to: "publish")),
        ])

    /// On its way back to a bridge that it came from, since it was sent to a port of the machine's. Where bridges ask netfilter
    /// such a packet stays a frame, which passes where others do not: see ``bridgedTable``. What comes from a container has no
    /// mark, whatever it set.
    private static let returned = Chain(
        "returned", NetfilterHook(.filter, .prerouting, priority: -90),
        [
            Rule(.among([.input, .destination4], .subnets4), .anyBit(.status, "dnat", 0x20), .mark(.returned)),
            Rule(.among([.input, .destination6], .subnets6), .anyBit(.status, "dnat", 0x20), .mark(.returned)),
        ])

    private static let output = Chain(
        "output", NetfilterHook(.nat, .output, priority: -100),
        [
            // The kernel routes ::1 nowhere else.
            Rule(
                .equal(.destination6, FirewallTerm.Constant("::1", [UInt8](repeating: 0, count: 15) + [1])), .return),
            Rule(.isLocal(ofInterface: false), .go(to: "publish")),
        ])

    private static let postrouting = Chain(
        "postrouting", NetfilterHook(.nat, .postrouting, priority: 100),
        [
            // From a neighbour of the same bridge by an address of the machine: it would get the answer from one that it did
            // not ask. The interface it came by is not known here where bridges ask netfilter themselves.
            Rule(.among([.output, .source4], .subnets4), .anyBit(.status, "dnat", 0x20), .masquerade),
            Rule(.among([.output, .source6], .subnets6), .anyBit(.status, "dnat", 0x20), .masquerade),
            Rule(.among([.output], .bridges), .equal(.source4, loopback), .masquerade),
            Rule(.among([.input], .masqueraded), .absent([.output], .bridges), .masquerade),
        ])

    // MARK: what is let through

    private static let answers = Rule(.anyBit(.state, "established,related", 6), .accept)

    private static let forward = Chain(
        "forward", NetfilterHook(.filter, .forward, priority: 0),
        [
            // What a bridge passes on and asks about (net.bridge.bridge-nf-call-iptables). Neighbour discovery is never
            // routed, and the bridge has let through which of it may pass.
            Rule(.among([.input, .output], .selves), .absent([.input], .separate), .accept),
            Rule(.equal(.icmp6, .solicitation), .among([.input, .output], .selves), .accept),
            Rule(.equal(.icmp6, .advertisement), .among([.input, .output], .selves), .accept),
            Rule(
                .among([.input], .internal), .counter, .reject(.prohibited), comment: "an internal network: no way out"),
            Rule(.among([.output], .internal), .counter, .drop, comment: "an internal network: no way in"),
            answers,
            Rule(.among([.output], .bridges), .anyBit(.status, "dnat", 0x20), .accept),
            Rule(.among([.source4, .destination4], .links4), .accept),
            Rule(.among([.source6, .destination6], .links6), .accept),
            Rule(
                .among([.input], .bridges), .among([.output], .bridges), .counter, .reject(.prohibited),
                comment: "another network"),
            Rule(.among([.output], .bridges), .counter, .drop, comment: "not published"),
        ])

    private static let input = Chain(
        "input", NetfilterHook(.filter, .input, priority: 0),
        [
            Rule(.absent([.input], .bridges), .accept),
            answers,
            Rule(.equal(.icmp6, .solicitation), .accept),
            Rule(.equal(.icmp6, .advertisement), .accept),
            // The gateway answers a ping, for who looks for what is wrong. No other address of the machine does.
            Rule(.equal(.icmp4, FirewallTerm.Constant("echo-request", [8])), .isLocal(ofInterface: true), .accept),
            Rule(.equal(.icmp6, FirewallTerm.Constant("echo-request", [128])), .isLocal(ofInterface: true), .accept),
            // Granted above, by an agent of the machine that stands in for the cloud.
            Rule(.equal(.originalDestination4, metadataLink), .accept),
            Rule(.equal(.originalDestination6, metadataAmazon), .accept),
            Rule(.among([.input], .hostaccess), .accept),
            Rule(.masked(.mark, mask: .granted, .granted), .accept),
            Rule(.among([.input, .transport, .destinationPort], .hostports), .accept),
        ] + refusal("a service of the machine, not granted"))
}

extension FirewallTerm.Constant {
    /// Bits of the mark that nothing else of minibox asks.
    static let returned = Self("0x20000000", [0, 0, 0, 0x20])
    static let granted = Self("0x10000000", [0, 0, 0, 0x10])
    static let metadata = Self("0x08000000", [0, 0, 0, 0x08])
    /// Neighbour discovery: RFC 4861.
    static let solicitation = Self("nd-neighbor-solicit", [135])
    static let advertisement = Self("nd-neighbor-advert", [136])
}
