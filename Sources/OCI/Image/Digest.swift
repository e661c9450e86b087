// SPDX-License-Identifier: Apache-2.0

/// A content digest, `sha256:` and 64 lower-case hexadecimal digits (image-spec, descriptor.md, Digests).
public struct Digest: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The 64 hexadecimal digits.
    public let hex: String

    /// Reads `sha256:HEX`.
    public init(_ text: String) throws(ImageFormatError) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            throw ImageFormatError(.badDigest, text, "write it as sha256: and 64 hexadecimal digits")
        }
        guard text[..<colon] == "sha256" else {
            throw ImageFormatError(.badDigest, text, "only sha256 digests are supported")
        }
        guard let digest = Digest(hex: String(text[text.utf8.index(after: colon)...])) else {
            throw ImageFormatError(.badDigest, text, "after sha256: come 64 lower-case hexadecimal digits")
        }
        self = digest
    }

    /// A digest of these 64 lower-case hexadecimal digits; nil where they are something else.
    public init?(hex: String) {
        guard hex.utf8.count == 64, hex.utf8.allSatisfy(Self.isDigit) else { return nil }
        self.hex = hex
    }

    /// The digest with these 32 bytes.
    public init(sha256 bytes: [UInt8]) {
        precondition(bytes.count == 32, "a SHA-256 has 32 bytes")
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        hex = String(decoding: text, as: UTF8.self)
    }

    /// Whether `byte` is a digit of a digest.
    static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    /// The first twelve digits, as tables show them.
    public var short: String { String(hex.prefix(12)) }
    /// `sha256:HEX`.
    public var description: String { "sha256:\(hex)" }
    public static func < (left: Digest, right: Digest) -> Bool { left.hex < right.hex }
}
