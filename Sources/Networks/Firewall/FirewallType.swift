// SPDX-License-Identifier: Apache-2.0

/// What a field of a packet, of a key or of a value is: the data types of nft(8).
enum FirewallType: Hashable, Sendable {
    case interface, address4, address6, hardware, transport, port, mark

    /// What nft(8) calls it.
    var text: String {
        switch self {
        case .interface: "ifname"
        case .address4: "ipv4_addr"
        case .address6: "ipv6_addr"
        case .hardware: "ether_addr"
        case .transport: "inet_proto"
        case .port: "inet_service"
        case .mark: "mark"
        }
    }

    /// How many bytes it has in a key.
    var width: Int {
        switch self {
        case .interface: 16
        case .address4, .mark: 4
        case .address6: 16
        case .hardware: 6
        case .transport: 1
        case .port: 2
        }
    }

    /// The number that nft(8) knows it by: datatypes of its datatype.h, of which a key of several has six bits each.
    private var number: UInt32 {
        switch self {
        case .address4: 7
        case .address6: 8
        case .hardware: 9
        case .transport: 12
        case .port: 13
        case .mark: 19
        case .interface: 41
        }
    }

    static func number(of types: [FirewallType]) -> UInt32 { types.reduce(0) { $0 << 6 | $1.number } }
    static func text(of types: [FirewallType]) -> String { types.map(\.text).joined(separator: " . ") }
}
