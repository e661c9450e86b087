// SPDX-License-Identifier: Apache-2.0

/// An address of IPv4 or IPv6, in the order of the network.
public struct InternetAddress: Hashable, Sendable, Comparable, CustomStringConvertible {
    public enum Family: UInt8, Hashable, Sendable {
        /// `AF_INET`, with 4 bytes.
        case v4 = 2
        /// `AF_INET6`, with 16 bytes.
        case v6 = 10

        /// How many bits an address has.
        public var bits: Int { self == .v4 ? 32 : 128 }
    }

    public let family: Family
    /// The address as a number; of IPv4 the lowest 32 bits.
    public let value: UInt128

    public init(_ family: Family, _ value: UInt128) {
        self.family = family
        self.value = family == .v4 ? value & 0xffff_ffff : value
    }

    /// Of 4 or 16 bytes; nil for any other number of them.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.init(bytes.count == 4 ? .v4 : .v6, bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }

    /// Reads `192.0.2.1` (without leading zeros, which some read as octal) or an address of RFC 4291, section 2.2; nil where
    /// it is none. Zones (`%eth0`) are none.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        if bytes.contains(UInt8(ascii: ":")) {
            guard let value = Self.v6(bytes[...]) else { return nil }
            self.init(.v6, value)
        } else {
            guard let value = Self.v4(bytes[...]) else { return nil }
            self.init(.v4, UInt128(value))
        }
    }

    /// Most significant first.
    public var bytes: [UInt8] {
        stride(from: family.bits - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt128($0)) }
    }

    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { family == .v4 ? value >> 24 == 127 : value == 1 }
    /// 0.0.0.0 or ::, which stand for every address of the machine.
    public var isAny: Bool { value == 0 }
    /// 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool { family == .v4 ? value >> 16 == 0xa9fe : value >> 118 == 0x3fa }
    /// 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { family == .v4 ? value >> 28 == 14 : value >> 120 == 0xff }

    /// As RFC 5952 writes it.
    public var description: String {
        if family == .v4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: value >> UInt128(112 - 16 * $0)) }
        var longest = 0..<0
        var start: Int?
        for place in 0...8 {
            if place < 8, groups[place] == 0 {
                start = start ?? place
            } else if let begin = start {
                if place - begin > max(longest.count, 1) { longest = begin..<place }
                start = nil
            }
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }

    public static func < (left: Self, right: Self) -> Bool {
        (left.family.rawValue, left.value) < (right.family.rawValue, right.value)
    }

    private static func v4(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                part.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let number = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            value = value << 8 | UInt32(number)
        }
        return value
    }

    private static func v6(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        var gap: Int?
        var groups: [UInt16] = []
        var rest = bytes
        let colon = UInt8(ascii: ":")
        if rest.starts(with: [colon, colon]) {
            gap = 0
            rest = rest.dropFirst(2)
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != colon }
            if part.contains(UInt8(ascii: ".")) {
                guard part.count == rest.count, let value = v4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(truncatingIfNeeded: value)]
                break
            }
            guard (1...4).contains(part.count), !part.contains(UInt8(ascii: "+")),
                let group = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            groups.append(group)
            rest = rest.dropFirst(part.count)
            guard !rest.isEmpty else { break }
            rest = rest.dropFirst()
            if rest.first == colon {
                guard gap == nil else { return nil }
                gap = groups.count
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        if let gap {
            guard groups.count < 8 else { return nil }
            groups.insert(contentsOf: [UInt16](repeating: 0, count: 8 - groups.count), at: gap)
        }
        guard groups.count == 8 else { return nil }
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }
}
