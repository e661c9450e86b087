// SPDX-License-Identifier: Apache-2.0

/// `text` as a terminal may be shown it, whoever wrote it: what moves the cursor, colours, rings or turns the direction of
/// writing is written out as `\u{1B}`.
public func plainText(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate:
            result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result
}
