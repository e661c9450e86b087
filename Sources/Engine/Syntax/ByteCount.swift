// SPDX-License-Identifier: Apache-2.0

/// A number of bytes as docker writes it: `512`, `64k`, `1.5g`, `2GiB`, `100 mb`.
///
/// Every unit is a power of 1024, `kb` as much as `kib`: docker reads them so, and so do its users' scripts.
public struct ByteCount: Hashable, Sendable, CustomStringConvertible {
    /// The number of bytes, at most that of a signed 64-bit number.
    public let bytes: UInt64

    /// That many bytes.
    public init(_ bytes: UInt64) { self.bytes = bytes }

    /// Reads a number with or without a fraction and a unit, in any case.
    public init(parsing text: String) throws(SyntaxError) {
        let advice = "write a number with b, k, m, g, t or p behind it, as in 512m"
        let wrong = SyntaxError(text, "is not a size", advice)
        let end = text.utf8.firstIndex { !$0.isDigit && $0 != UInt8(ascii: ".") } ?? text.endIndex
        let number = text[..<end]
        let unit = text[end...].drop { $0 == " " }.lowercased()
        guard let shift = Self.shift(of: unit), text[end...].count - unit.count <= 1 else { throw wrong }
        if let whole = UInt64(digits: number) {
            guard whole <= UInt64(Int64.max) >> shift else { throw SyntaxError(text, "is too large", advice) }
            bytes = whole << shift
            return
        }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, UInt64(digits: parts[0]) != nil, UInt64(digits: parts[1]) != nil,
            let value = Double(number)
        else { throw wrong }
        let scaled = value * Double(UInt64(1) << shift)
        guard scaled < Double(Int64.max) else { throw SyntaxError(text, "is too large", advice) }
        bytes = UInt64(scaled)
    }

    /// The bytes, in digits.
    public var description: String { String(bytes) }

    private static func shift(of unit: String) -> UInt64? {
        switch unit {
        case "", "b": 0
        case "k", "kb", "kib": 10
        case "m", "mb", "mib": 20
        case "g", "gb", "gib": 30
        case "t", "tb", "tib": 40
        case "p", "pb", "pib": 50
        default: nil
        }
    }
}

/// A number of bytes, or none: `--memory-swap 1g`, `--memory-swap -1`.
public enum ByteLimit: Hashable, Sendable, CustomStringConvertible {
    /// No limit.
    case unlimited
    /// At most so many.
    case bytes(UInt64)

    /// Reads `-1` as no limit, and else a size.
    public init(parsing text: String) throws(SyntaxError) {
        self = text == "-1" ? .unlimited : .bytes(try ByteCount(parsing: text).bytes)
    }

    /// The bytes, in digits, or `-1`.
    public var description: String {
        switch self {
        case .unlimited: "-1"
        case .bytes(let bytes): String(bytes)
        }
    }
}
