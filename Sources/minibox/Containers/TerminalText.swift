// SPDX-License-Identifier: Apache-2.0

/// Text that somebody else has written, for a terminal that would obey it: control characters become visible, as `\x1b`.
///
/// A terminal takes its orders from the same bytes as its text (CWE-150): a log could rename the window, clear the screen, or
/// write over what stands there. Newline and tab stay, and so does a carriage return that a newline follows, as terminals of
/// containers write them. C1 controls count where they are UTF-8: C2 80 to C2 9F.
struct TerminalText {
    private static let digits = Array("0123456789abcdef".utf8)
    /// What the next bytes decide about: a carriage return, or the first byte of a C1 control.
    private var held: UInt8?

    /// What a terminal is to be sent for `bytes`, which go on where the last ones ended.
    mutating func shown(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        for byte in bytes {
            switch (held, byte) {
            case (0x0D?, UInt8(ascii: "\n")): text += [0x0D, byte]
            case (0xC2?, 0x80...0x9F): text += Self.escape(0xC2) + Self.escape(byte)
            default:
                release(to: &text)
                switch byte {
                case 0x0D, 0xC2:
                    held = byte
                    continue
                case UInt8(ascii: "\n"), UInt8(ascii: "\t"): text.append(byte)
                case 0..<0x20, 0x7F: text += Self.escape(byte)
                default: text.append(byte)
                }
            }
            held = nil
        }
        return text
    }

    /// What was held back, when nothing more comes.
    mutating func end() -> [UInt8] {
        var text: [UInt8] = []
        release(to: &text)
        return text
    }

    private mutating func release(to text: inout [UInt8]) {
        guard let byte = held else { return }
        held = nil
        if byte == 0x0D { text += Self.escape(byte) } else { text.append(byte) }
    }

    private static func escape(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "\\"), UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
