// SPDX-License-Identifier: Apache-2.0

/// A name out of an archive as a message shows it: text of one line, in which nothing is a command to the terminal.
enum ShownName {
    /// Longer than any name that somebody reads.
    private static let most = 400

    /// The text, with what is no visible character written out, as in `\u{1B}`.
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        let bytes = Array(bytes.prefix(most + 1))
        var result = ""
        for scalar in String(decoding: bytes.prefix(most), as: UTF8.self).unicodeScalars {
            result += isShown(scalar) ? "\(scalar)" : scalar.escaped(asASCII: true)
        }
        return bytes.count > most ? result + "..." : result
    }

    /// Neither control characters, nor what changes the direction of the text around it.
    private static func isShown(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
