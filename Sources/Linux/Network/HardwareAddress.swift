// SPDX-License-Identifier: Apache-2.0

/// An address of Ethernet: six bytes.
public struct HardwareAddress: Hashable, Sendable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// Nil where there are not six.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 6 else { return nil }
        self.bytes = bytes
    }

    /// Reads `02:42:ac:11:00:02`; nil where it is none.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        let bytes = parts.compactMap { part in
            part.count == 2 && part.first != UInt8(ascii: "+") ? UInt8(String(part) ?? "", radix: 16) : nil
        }
        guard parts.count == 6, bytes.count == 6 else { return nil }
        self.bytes = bytes
    }

    /// One of a machine of one's own (the second bit says that no maker gave it), which that address alone gives: so it is
    /// known to the neighbours again after a restart.
    public init(of address: InternetAddress) {
        bytes = [0x02, 0x42] + address.bytes.suffix(4)
    }

    /// Whether it is that of one interface, and not a group's.
    public var isUnicast: Bool { bytes[0] & 1 == 0 && bytes.contains { $0 != 0 } }

    /// The address of fe80::/64 that an interface with this one has: RFC 4291, appendix A.
    public var linkLocal: InternetAddress {
        let identifier = [bytes[0] ^ 2, bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]]
        return InternetAddress(.v6, identifier.reduce(UInt128(0xfe80) << 48) { $0 << 8 | UInt128($1) })
    }

    /// As it is written.
    public var description: String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: ":")
    }
}
