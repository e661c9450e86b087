// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A name of the domain name system, from its first label to the root: RFC 1035, 3.1. It is kept as it was written; names
/// that differ in the case of ASCII letters alone are equal (RFC 4343).
public struct DomainName: Hashable, Sendable, CustomStringConvertible {
    /// Each label behind its length, and the zero of the root: 1 to 255 bytes.
    public let bytes: [UInt8]
    /// The same in lower case. Lengths, which are below 64, are no letters.
    private let folded: [UInt8]

    public static let root = DomainName(checked: [0])
    static let maximumLength = 255

    /// What ``NameReader`` found to be one.
    init(checked bytes: [UInt8]) {
        self.bytes = bytes
        folded = bytes.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Reads `web.lab`, with or without a dot at the end; nil where a label has not 1 to 63 bytes, or the name is too long.
    public init?(_ text: String) {
        var rest = text.utf8[...]
        if rest.last == UInt8(ascii: ".") { rest.removeLast() }
        var bytes: [UInt8] = []
        if !rest.isEmpty {
            for label in rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
                guard (1...63).contains(label.count) else { return nil }
                bytes.append(UInt8(label.count))
                bytes += label
            }
        } else if !text.isEmpty, text != "." {
            return nil
        }
        bytes.append(0)
        guard bytes.count <= Self.maximumLength else { return nil }
        self.init(checked: bytes)
    }

    public static func == (left: Self, right: Self) -> Bool { left.folded == right.folded }
    public func hash(into hasher: inout Hasher) { hasher.combine(folded) }

    /// In lower case, without the root.
    var labels: [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var place = 0
        while folded[place] != 0 {
            let end = place + 1 + Int(folded[place])
            result.append(folded[place + 1..<end])
            place = end
        }
        return result
    }

    /// As it is written, without a dot at the end; what is no printable character, or a dot in a label, as `\DDD`.
    public var description: String {
        var parts: [String] = []
        var place = 0
        while bytes[place] != 0 {
            let end = place + 1 + Int(bytes[place])
            parts.append(
                bytes[place + 1..<end].map { byte in
                    if byte > 0x20, byte < 0x7f, byte != 0x2e, byte != 0x5c {
                        return String(UnicodeScalar(byte))
                    }
                    let digits = String(byte)
                    return "\\" + String(repeating: "0", count: 3 - digits.utf8.count) + digits
                }.joined())
            place = end
        }
        return parts.isEmpty ? "." : parts.joined(separator: ".")
    }
}

extension DomainName {
    private static let zoneOfV4: [[UInt8]] = [Array("in-addr".utf8), Array("arpa".utf8)]
    private static let zoneOfV6: [[UInt8]] = [Array("ip6".utf8), Array("arpa".utf8)]

    /// The address that it asks the name of, where it is one of `in-addr.arpa` (RFC 1035, 3.5) or `ip6.arpa` (RFC 3596, 2.5).
    public var reversedAddress: InternetAddress? {
        let labels = labels
        guard labels.count == 6 || labels.count == 34 else { return nil }
        let zone = labels.suffix(2).map(Array.init)
        let digits = labels.dropLast(2)
        if labels.count == 6, zone == Self.zoneOfV4 {
            return InternetAddress(
                digits.reversed().map { String(decoding: $0, as: UTF8.self) }.joined(separator: "."))
        }
        guard labels.count == 34, zone == Self.zoneOfV6 else { return nil }
        var value: UInt128 = 0
        for digit in digits.reversed() {
            guard digit.count == 1, let byte = digit.first,
                let number = (0x30...0x39).contains(byte)
                    ? byte - 0x30 : (0x61...0x66).contains(byte) ? byte - 0x57 : nil
            else { return nil }
            value = value << 4 | UInt128(number)
        }
        return InternetAddress(.v6, value)
    }

    /// What is asked for the name of an address.
    public init(reversing address: InternetAddress) {
        var text: [String]
        switch address.family {
        case .v4: text = address.bytes.reversed().map { String($0) } + ["in-addr", "arpa"]
        case .v6:
            text =
                address.bytes.reversed().flatMap { [String($0 & 15, radix: 16), String($0 >> 4, radix: 16)] }
                + ["ip6", "arpa"]
        }
        self = DomainName(text.joined(separator: ".")) ?? .root
    }
}
