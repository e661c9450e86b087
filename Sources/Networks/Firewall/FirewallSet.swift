// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What differs from machine to machine in the rules: sets and maps, by the names that nft(8) shows.
public enum FirewallSet: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    // Of what is routed.

    /// All bridges.
    case bridges
    /// Each bridge with itself: what comes and goes by the same one.
    case selves
    /// Bridges whose containers do not reach each other.
    case separate
    /// Pairs of addresses that reach each other all the same.
    case links4, links6
    /// The subnets of each bridge.
    case subnets4, subnets6
    /// Bridges that nothing is routed to or from.
    case `internal`
    /// Bridges whose containers are seen outside with the machine's address.
    case masqueraded
    /// Bridges that reach all services of the machine, and those that reach some.
    case hostaccess, hostports
    /// Bridges that reach the metadata of a cloud.
    case metadata
    /// Ports of all of the machine's addresses, and of one.
    case ports4, ports6
    case ports4At = "ports4_at"
    case ports6At = "ports6_at"

    // Of what a bridge passes on.

    /// Ports of bridges with the hardware address behind them, and with the addresses that it may have.
    case macs, pins4, pins6
    /// Ports that may say to be anybody.
    case unpinned
    /// Ports whose container reaches all services of the machine, whatever its bridge does.
    case granted
    /// Ports whose container reaches the metadata of a cloud.
    case metadataPorts = "metadata_ports"
    /// Ports that do not reach each other, and pairs of them that do.
    case apart, links

    public var description: String { rawValue }

    /// The table that it is in.
    var table: NetfilterTable {
        switch self {
        case .macs, .pins4, .pins6, .unpinned, .granted, .metadataPorts, .apart, .links: FirewallRules.bridged
        default: FirewallRules.routed
        }
    }

    var key: [FirewallType] {
        switch self {
        case .bridges, .separate, .internal, .masqueraded, .hostaccess, .metadata, .unpinned, .granted,
            .metadataPorts, .apart:
            [.interface]
        case .selves, .links: [.interface, .interface]
        case .links4: [.address4, .address4]
        case .links6: [.address6, .address6]
        case .subnets4: [.interface, .address4]
        case .subnets6: [.interface, .address6]
        case .hostports: [.interface, .transport, .port]
        case .ports4, .ports6: [.transport, .port]
        case .ports4At: [.address4, .transport, .port]
        case .ports6At: [.address6, .transport, .port]
        case .macs: [.interface, .hardware]
        case .pins4: [.interface, .hardware, .address4]
        case .pins6: [.interface, .hardware, .address6]
        }
    }

    /// Of a map.
    var value: [FirewallType] {
        switch self {
        case .ports4, .ports4At: [.address4, .port]
        case .ports6, .ports6At: [.address6, .port]
        default: []
        }
    }

    /// Whether an element is a range of keys.
    var hasRanges: Bool { self == .subnets4 || self == .subnets6 }

    /// As it is made.
    var definition: NetfilterSet {
        NetfilterSet(
            rawValue, key: key.map(\.width), keyType: FirewallType.number(of: key), value: value.map(\.width),
            valueType: FirewallType.number(of: value), hasRanges: hasRanges, isInMachineOrder: key == [.interface])
    }

    /// As nft(8) lists it when it is empty.
    var text: String {
        let values = value.isEmpty ? "" : " : " + FirewallType.text(of: value)
        let flags = hasRanges ? "\t\tflags interval\n" : ""
        return
            "\t\(value.isEmpty ? "set" : "map") \(self) {\n\t\ttype \(FirewallType.text(of: key))\(values)\n\(flags)\t}\n"
    }
}
