// SPDX-License-Identifier: Apache-2.0

/// An address with the length of the prefix that it shares with its network: `172.17.0.2/16`.
public struct AddressPrefix: Hashable, Sendable, CustomStringConvertible {
    public var address: InternetAddress
    /// In bits.
    public let length: Int

    /// Nil where the address has not so many bits.
    public init?(_ address: InternetAddress, length: Int) {
        guard (0...address.family.bits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// Reads `ADDRESS/LENGTH` (RFC 4632, RFC 4291); nil where it is none.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count == 2, let address = InternetAddress(String(parts[0]) ?? ""), (1...3).contains(parts[1].count),
            parts[1].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let length = Int(String(parts[1]) ?? "")
        else { return nil }
        self.init(address, length: length)
    }

    private var hostBits: Int { address.family.bits - length }
    /// The bits that hosts of the network differ in.
    private var mask: UInt128 { hostBits == 128 ? .max : (1 << UInt128(hostBits)) - 1 }

    /// The network itself: all other bits are zero.
    public var network: AddressPrefix {
        var result = self
        result.address = InternetAddress(address.family, address.value & ~mask)
        return result
    }

    /// The lowest and the highest address of the network.
    public var first: InternetAddress { network.address }
    public var last: InternetAddress { InternetAddress(address.family, address.value | mask) }

    public func contains(_ other: InternetAddress) -> Bool {
        other.family == address.family && other.value & ~mask == address.value & ~mask
    }

    public func overlaps(_ other: AddressPrefix) -> Bool { contains(other.first) || other.contains(first) }

    /// The `index`th address of the network; nil beyond its end.
    public func address(at index: UInt128) -> InternetAddress? {
        index <= mask ? InternetAddress(address.family, first.value + index) : nil
    }

    /// As it is written.
    public var description: String { "\(address)/\(length)" }
}
