// SPDX-License-Identifier: Apache-2.0

/// What a port is one of: its number in the header of IP.
public enum TransportProtocol: UInt8, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    case tcp = 6
    case udp = 17
    case sctp = 132

    /// As `-p` takes it.
    public var description: String {
        switch self {
        case .tcp: "tcp"
        case .udp: "udp"
        case .sctp: "sctp"
        }
    }

    /// Nil where it is none of them.
    public init?(_ text: String) {
        guard let found = Self.allCases.first(where: { $0.description == text }) else { return nil }
        self = found
    }
}
