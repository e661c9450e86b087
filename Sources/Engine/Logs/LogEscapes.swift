// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Bytes as the inside of a JSON string, with the escapes that docker's json-file writes (moby's
/// `daemon/logger/jsonfilelog/jsonlog`): `\"`, `\\`, `\n`, `\r`, other controls and `<`, `>`, `&` as `\u00xx`, the line
/// separators U+2028 and U+2029 as such, and `\ufffd` for each byte that is not of UTF-8.
struct LogEscapes {
    static let start = Array("{\"log\":\"".utf8)
    static let end = Array("\"}\n".utf8)
    private static let replacement = Array("\\ufffd".utf8)
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    private let replacement = LogEscapes.replacement
    private let digits = LogEscapes.hexadecimal

    /// Appends `bytes` to `output`: what is plain, in one go.
    func append(_ bytes: ArraySlice<UInt8>, to output: inout [UInt8]) {
        let span = bytes.span
        let base = bytes.startIndex
        var done = 0
        var place = 0
        while true {
            place += ByteSearch.countOfPlain(in: bytes, from: place)
            guard place < span.count else { break }
            let byte = span[place]
            let length = byte < 0x80 ? 0 : Self.length(ofCharacterAt: place, in: span)
            if length > 1, !Self.isLineSeparator(at: place, in: span) {
                place += length
                continue
            }
            output.append(contentsOf: bytes[base + done..<base + place])
            if length > 1 {
                // U+2028 or U+2029.
                escape(0x20, UInt8(0x20) | (span[place + 2] & 0xF), to: &output)
            } else if byte >= 0x80 {
                output.append(contentsOf: replacement)
            } else {
                escape(byte, to: &output)
            }
            place += max(1, length)
            done = place
        }
        output.append(contentsOf: bytes[base + done..<base + place])
    }

    private func escape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            output.append(UInt8(ascii: "\\"))
            output.append(byte)
        case UInt8(ascii: "\n"):
            output.append(UInt8(ascii: "\\"))
            output.append(UInt8(ascii: "n"))
        case UInt8(ascii: "\r"):
            output.append(UInt8(ascii: "\\"))
            output.append(UInt8(ascii: "r"))
        default: escape(0, byte, to: &output)
        }
    }

    private func escape(_ high: UInt8, _ low: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        output.append(UInt8(ascii: "u"))
        output.append(digits[Int(high >> 4)])
        output.append(digits[Int(high & 15)])
        output.append(digits[Int(low >> 4)])
        output.append(digits[Int(low & 15)])
    }
}

extension LogEscapes {
    /// How many bytes the character has that begins there with a byte above ASCII; 1 where there is none (RFC 3629:
    /// nothing overlong, no surrogates, nothing above U+10FFFF).
    static func length(ofCharacterAt place: Int, in bytes: Span<UInt8>) -> Int {
        let first = bytes[place]
        let length = expectedLength(first)
        guard length > 1, place + length <= bytes.count else { return 1 }
        let second = bytes[place + 1]
        let allowed: ClosedRange<UInt8> =
            switch first {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
        guard allowed.contains(second) else { return 1 }
        for offset in 2..<max(2, length) where bytes[place + offset] & 0xC0 != 0x80 { return 1 }
        return length
    }

    private static func expectedLength(_ first: UInt8) -> Int {
        switch first {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    private static func isLineSeparator(at place: Int, in bytes: Span<UInt8>) -> Bool {
        bytes[place] == 0xE2 && bytes[place + 1] == 0x80 && bytes[place + 2] & 0xFE == 0xA8
    }

    /// Where `bytes` can be cut so that what is before ends with a character: at most three bytes from the end.
    static func lastWholeCharacter(of bytes: [UInt8]) -> Int {
        for back in 1...min(3, max(1, bytes.count)) where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            return expectedLength(byte) > back ? bytes.count - back : bytes.count
        }
        return bytes.count
    }
}
