// SPDX-License-Identifier: Apache-2.0

/// Pages of HTML, drawings of SVG and other XML.
public enum Markup {
    /// `text` as words between tags, and within quotes of both kinds: a name that somebody chose is a name there.
    ///
    /// XML 1.0, section 2.4, has the five letters; 2.2 has no place for control characters and U+FFFE and U+FFFF, also not
    /// as references, which become U+FFFD.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || [0x7F, 0xFFFE, 0xFFFF].contains(scalar.value): result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
