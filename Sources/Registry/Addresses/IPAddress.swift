// SPDX-License-Identifier: Apache-2.0

/// An address of version 4 or 6, in its only two strict spellings.
public struct IPAddress: Hashable, Sendable {
    /// 4 or 16.
    public let bytes: [UInt8]

    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Reads `127.0.0.1` or `fe80::1`; nil for anything else, also for what inet_aton(3) would take.
    public init?(_ text: String) {
        guard let bytes = Self.version4(Array(text.utf8)) ?? Self.version6(Array(text.utf8)) else { return nil }
        self.bytes = bytes
    }

    public var isVersion6: Bool { bytes.count == 16 }

    private static func version4(_ text: [UInt8]) -> [UInt8]? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var result: [UInt8] = []
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0"),
                part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
                let number = UInt8(String(decoding: part, as: UTF8.self))
            else { return nil }
            result.append(number)
        }
        return result
    }

    /// RFC 4291, 2.2, without zones.
    private static func version6(_ text: [UInt8]) -> [UInt8]? {
        guard text.count <= 45, text.contains(UInt8(ascii: ":")) else { return nil }
        var before: [UInt8] = []
        var after: [UInt8]?
        var rest = text[...]
        if rest.starts(with: "::".utf8) {
            after = []
            rest = rest.dropFirst(2)
        } else if rest.first == UInt8(ascii: ":") {
            return nil
        }
        while !rest.isEmpty {
            let part = rest.prefix { $0 != UInt8(ascii: ":") }
            var group: [UInt8]
            if part.contains(UInt8(ascii: ".")) {
                guard part.count == rest.count, let tail = version4(Array(part)) else { return nil }
                group = tail
            } else {
                guard (1...4).contains(part.count),
                    part.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
                    let number = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
                else { return nil }
                group = [UInt8(number >> 8), UInt8(number & 255)]
            }
            if after == nil { before += group } else { after?.append(contentsOf: group) }
            rest = rest.dropFirst(part.count)
            if rest.isEmpty { break }
            rest = rest.dropFirst()
            if rest.first == UInt8(ascii: ":") {
                guard after == nil else { return nil }
                after = []
                rest = rest.dropFirst()
            } else if rest.isEmpty {
                return nil
            }
        }
        guard let after else { return before.count == 16 ? before : nil }
        let missing = 16 - before.count - after.count
        return missing >= 2 ? before + [UInt8](repeating: 0, count: missing) + after : nil
    }

    /// Which part of the network it is in, as far as it matters to whom an answer may send us.
    public enum Reach: Hashable, Sendable {
        /// This machine.
        case loopback
        /// Where clouds tell a machine its secrets, and what else has no router between.
        case metadata
        case other
    }

    public var reach: Reach {
        if isVersion6 {
            // Mapped (RFC 4291, 2.5.5.2), and translated by NAT64 (RFC 6052).
            let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
            let isTranslated = bytes[..<12] == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0]
            if isMapped || isTranslated, let inner = IPAddress(bytes: Array(bytes[12...])) { return inner.reach }
            if bytes[..<15].allSatisfy({ $0 == 0 }), bytes[15] <= 1 { return .loopback }
            if bytes[0] == 0xFE, bytes[1] & 0xC0 == 0x80 { return .metadata }
            return bytes == [0xFD, 0, 0x0E, 0xC2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54] ? .metadata : .other
        }
        switch (bytes[0], bytes[1]) {
        case (127, _), (0, _): return .loopback
        case (169, 254): return .metadata
        default: return bytes == [100, 100, 100, 200] || bytes == [192, 0, 0, 192] ? .metadata : .other
        }
    }

    /// Whether the first `length` bits are those of `network`.
    public func isIn(_ network: IPAddress, length: Int) -> Bool {
        guard bytes.count == network.bytes.count else { return false }
        for (index, pair) in zip(bytes, network.bytes).enumerated() {
            let bits = min(max(length - index * 8, 0), 8)
            if bits == 0 { break }
            if (pair.0 ^ pair.1) >> UInt8(8 - bits) != 0 { return false }
        }
        return true
    }
}
