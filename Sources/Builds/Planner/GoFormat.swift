// SPDX-License-Identifier: Apache-2.0

/// Values as Go's `fmt` writes them: other tools compare the texts of an image's history.
enum GoFormat {
    /// `%v` of a list of strings: `[a b]`.
    static func list(_ words: [String]) -> String { "[" + words.joined(separator: " ") + "]" }

    /// `%q` of a list of strings: `["a" "b"]`.
    static func quoted(_ words: [String]) -> String { list(words.map(quoted)) }

    /// `%q` of a string.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{7}": result += "\\a"
            case "\u{8}": result += "\\b"
            case "\u{c}": result += "\\f"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\u{b}": result += "\\v"
            default:
                if isPrintable(scalar) {
                    result.unicodeScalars.append(scalar)
                } else if scalar.value < 0x80 {
                    result += "\\x" + hexadecimal(scalar, 2)
                } else {
                    result += scalar.value < 0x10000 ? "\\u" + hexadecimal(scalar, 4) : "\\U" + hexadecimal(scalar, 8)
                }
            }
        }
        return result + "\""
    }

    /// A `time.Duration` in nanoseconds: `1m30s`, `1.5s`, `300ms`, `0s`.
    static func duration(_ nanoseconds: Int64) -> String {
        let sign = nanoseconds < 0 ? "-" : ""
        let value = nanoseconds.magnitude
        switch value {
        case 0: return "0s"
        case ..<1000: return sign + "\(value)ns"
        case ..<1_000_000: return sign + fraction(value, 1000) + "µs"
        case ..<1_000_000_000: return sign + fraction(value, 1_000_000) + "ms"
        default:
            let minutes = value / 60_000_000_000
            let seconds = fraction(value % 60_000_000_000, 1_000_000_000) + "s"
            if minutes == 0 { return sign + seconds }
            return sign + (minutes >= 60 ? "\(minutes / 60)h" : "") + "\(minutes % 60)m" + seconds
        }
    }

    private static func fraction(_ value: UInt64, _ unit: UInt64) -> String {
        var rest = value % unit
        guard rest != 0 else { return "\(value / unit)" }
        var digits = ""
        var place = unit / 10
        while rest != 0 {
            digits += "\(rest / place)"
            rest %= place
            place /= 10
        }
        return "\(value / unit).\(digits)"
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar == " " { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator:
            return false
        default: return true
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, _ width: Int) -> String {
        let digits = String(scalar.value, radix: 16)
        return String(repeating: "0", count: width - digits.utf8.count) + digits
    }
}
