// SPDX-License-Identifier: Apache-2.0

/// Text as a terminal lays it out, in columns.
public enum DisplayWidth {
    /// `text`, which has no controls but tabs and colours, cut to `columns`, tabs turned into spaces. Where it was cut it
    /// ends in `…`, and in no colour.
    public static func cut(_ text: some Sequence<UInt8>, to columns: Int) -> [UInt8] {
        var result: [UInt8] = []
        var column = 0
        /// Where the text must end if it goes on: the last place with room for the mark.
        var end = 0
        var hasColor = false
        var rest = String(decoding: Array(text), as: UTF8.self).unicodeScalars[...]
        while let scalar = rest.popFirst() {
            if scalar == "\u{1B}" {
                hasColor = true
                result += "\u{1B}".utf8
                while let next = rest.popFirst() {
                    result += UTF8.encode(next).map(Array.init) ?? []
                    if next == "m" { break }
                }
                if column < columns { end = result.count }
                continue
            }
            let width = scalar == "\t" ? 8 - column % 8 : columnCount(of: scalar)
            if column + width > columns {
                result.removeSubrange(end...)
                if columns > 0 { result += "…".utf8 }
                if hasColor { result += "\u{1B}[m".utf8 }
                return result
            }
            if scalar == "\t" {
                for _ in 0..<width { result.append(UInt8(ascii: " ")) }
            } else {
                result += UTF8.encode(scalar).map(Array.init) ?? []
            }
            column += width
            if column < columns { end = result.count }
        }
        return result
    }

    /// How many columns `text` takes, colours left out.
    public static func columns(of text: some Sequence<UInt8>) -> Int {
        var column = 0
        var isEscaped = false
        for scalar in String(decoding: Array(text), as: UTF8.self).unicodeScalars {
            if isEscaped {
                isEscaped = scalar != "m"
            } else if scalar == "\u{1B}" {
                isEscaped = true
            } else {
                column += scalar == "\t" ? 8 - column % 8 : columnCount(of: scalar)
            }
        }
        return column
    }

    /// 0 for what combines, 2 for what East Asian Width (UAX 11) calls wide and for pictures, 1 for the others.
    private static func columnCount(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        case 0x200B...0x200F, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0xE0100...0xE01EF: return 0
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
