// SPDX-License-Identifier: Apache-2.0

/// A table of nf_tables: nft(8), TABLES.
public struct NetfilterTable: Hashable, Sendable {
    /// Whose packets it sees: NFPROTO_ of linux/netfilter.h.
    public enum Family: UInt8, Hashable, Sendable {
        /// IPv4 and IPv6.
        case inet = 1
        /// Frames that a bridge takes in and passes on.
        case bridge = 7
    }

    public let family: Family
    public let name: String

    public init(_ family: Family, _ name: String) {
        self.family = family
        self.name = name
    }
}

/// Where packets come to a chain by themselves: nft(8), CHAINS.
public struct NetfilterHook: Hashable, Sendable {
    /// NF_INET_ and NF_BR_ of the kernel's headers, which agree.
    public enum Place: UInt32, Hashable, Sendable {
        case prerouting, input, forward, output, postrouting
    }

    public enum Kind: String, Hashable, Sendable {
        case filter, nat
    }

    public let kind: Kind
    public let place: Place
    /// Lower ones come first.
    public let priority: Int32

    public init(_ kind: Kind, _ place: Place, priority: Int32) {
        self.kind = kind
        self.place = place
        self.priority = priority
    }
}

/// A set of keys, or a map from keys to values: nft(8), SETS and MAPS. Of several fields together, each takes a multiple of
/// four bytes.
public struct NetfilterSet: Hashable, Sendable {
    public let name: String
    /// How many bytes each field of the key has, without padding.
    public let key: [Int]
    /// What nft(8) shows of the key: the numbers of its data types, six bits each. The kernel only keeps it.
    public let keyType: UInt32
    /// The same of the value, for a map.
    public let value: [Int]
    public let valueType: UInt32
    /// Whether an element is a range, as a subnet is, of a key of several fields.
    public let hasRanges: Bool
    /// Whether a key is in the machine's order, as names of interfaces are: only nft(8) wants to know.
    public let isInMachineOrder: Bool

    public init(
        _ name: String, key: [Int], keyType: UInt32, value: [Int] = [], valueType: UInt32 = 0, hasRanges: Bool = false,
        isInMachineOrder: Bool = false
    ) {
        self.name = name
        self.key = key
        self.keyType = keyType
        self.value = value
        self.valueType = valueType
        self.hasRanges = hasRanges
        self.isInMachineOrder = isInMachineOrder
    }

    static func width(_ fields: [Int]) -> UInt32 { UInt32(fields.reduce(0) { $0 + ($1 + 3) & ~3 }) }
}

/// An element of a set or a map: its fields behind one another, each padded to a multiple of four bytes.
public struct NetfilterElement: Hashable, Sendable {
    public var key: [UInt8]
    /// The last key of a range.
    public var end: [UInt8]?
    /// What a map has for it.
    public var value: [UInt8]?

    public init(key: [UInt8], end: [UInt8]? = nil, value: [UInt8]? = nil) {
        self.key = key
        self.end = end
        self.value = value
    }
}
