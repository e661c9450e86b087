// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import OCI

/// A license as a package manager writes it, in the form that SPDX has for it (SPDX 2.3, annex D).
struct LicenseExpression: Hashable {
    /// An expression, or the name that the document gives to a text that is none: `LicenseRef-...`.
    let spdx: String
    /// What was written, where that is no expression.
    let extracted: String?

    /// Reads the text of a database. Identifiers that are not among the common ones are taken for words: rather one
    /// text too many than an expression that nobody can resolve.
    init(_ text: String) {
        var parser = Parser(text)
        if parser.isExpression() {
            spdx = text
            extracted = nil
        } else {
            let digest = Digest(sha256: SHA256.digest(of: Array(text.utf8)))
            spdx = "LicenseRef-\(digest.hex.prefix(16))"
            extracted = text
        }
    }

    /// Reads `term (AND|OR term)*`, where a term is an identifier, one `WITH` an exception, or such in parentheses.
    private struct Parser {
        private var words: ArraySlice<String>

        init(_ text: String) {
            var words: [String] = []
            var word = ""
            for character in text.unicodeScalars {
                switch character {
                case " ", "(", ")":
                    if !word.isEmpty { words.append(word) }
                    word = ""
                    if character != " " { words.append(String(character)) }
                default: word.unicodeScalars.append(character)
                }
            }
            if !word.isEmpty { words.append(word) }
            self.words = words[...]
        }

        mutating func isExpression() -> Bool { readExpression(depth: 0) && words.isEmpty }

        private mutating func readExpression(depth: Int) -> Bool {
            guard depth < 16, readTerm(depth) else { return false }
            while let word = words.first, word == "AND" || word == "OR" {
                words.removeFirst()
                guard readTerm(depth) else { return false }
            }
            return true
        }

        private mutating func readTerm(_ depth: Int) -> Bool {
            guard let word = words.popFirst() else { return false }
            if word == "(" { return readExpression(depth: depth + 1) && words.popFirst() == ")" }
            let name = word.hasSuffix("+") ? String(word.dropLast()) : word
            guard LicenseExpression.identifiers.contains(name) else { return false }
            guard words.first == "WITH" else { return true }
            words.removeFirst()
            return words.popFirst().map(LicenseExpression.exceptions.contains) ?? false
        }
    }

    /// The identifiers that occur in distributions: spdx.org/licenses.
    private static let identifiers: Set<String> = [
        "0BSD", "AFL-2.1", "AFL-3.0", "AGPL-3.0", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-1.1", "Apache-2.0",
        "Artistic-1.0", "Artistic-1.0-Perl", "Artistic-2.0", "BSD-1-Clause", "BSD-2-Clause", "BSD-2-Clause-Patent",
        "BSD-2-Clause-Views", "BSD-3-Clause", "BSD-3-Clause-Clear", "BSD-3-Clause-LBNL", "BSD-4-Clause",
        "BSD-4-Clause-UC", "BSD-Source-Code", "BSL-1.0", "Beerware", "Bitstream-Vera", "CC-BY-3.0", "CC-BY-4.0",
        "CC-BY-SA-3.0", "CC-BY-SA-4.0", "CC0-1.0", "CDDL-1.0", "CDDL-1.1", "CPL-1.0", "EPL-1.0", "EPL-2.0",
        "EUPL-1.2", "FSFAP", "FSFUL", "FSFULLR", "FSFULLRWD", "FTL", "GFDL-1.1-or-later", "GFDL-1.2-only",
        "GFDL-1.2-or-later", "GFDL-1.3", "GFDL-1.3-only", "GFDL-1.3-or-later", "GPL-1.0", "GPL-1.0-only",
        "GPL-1.0-or-later", "GPL-2.0", "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0", "GPL-3.0-only",
        "GPL-3.0-or-later", "HPND", "HPND-sell-variant", "ICU", "IJG", "IPL-1.0", "ISC", "LGPL-2.0",
        "LGPL-2.0-only", "LGPL-2.0-or-later", "LGPL-2.1", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0",
        "LGPL-3.0-only", "LGPL-3.0-or-later", "LPPL-1.3c", "Libpng", "MIT", "MIT-0", "MIT-CMU", "MIT-Modern-Variant",
        "MIT-open-group", "MPL-1.0", "MPL-1.1", "MPL-2.0", "MS-PL", "NAIST-2003", "NCSA", "NTP", "OFL-1.1",
        "OLDAP-2.8", "OpenSSL", "PHP-3.01", "PSF-2.0", "PostgreSQL", "Python-2.0", "Python-2.0.1", "QPL-1.0", "RSA-MD",
        "Ruby", "SGI-B-2.0", "SISSL", "SMLNJ", "SSH-OpenSSH", "SSH-short", "Sleepycat", "SunPro", "TCL", "TCP-wrappers",
        "UPL-1.0", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "Vim", "W3C", "WTFPL", "X11", "XFree86-1.1",
        "ZPL-2.1",
        "Zlib", "blessing", "bzip2-1.0.6", "curl", "libpng-2.0", "libtiff", "mpich2", "zlib-acknowledgement",
    ]

    private static let exceptions: Set<String> = [
        "Autoconf-exception-2.0", "Autoconf-exception-3.0", "Autoconf-exception-generic", "Bison-exception-2.2",
        "Classpath-exception-2.0", "FLTK-exception", "Font-exception-2.0", "GCC-exception-2.0", "GCC-exception-3.1",
        "GNU-compiler-exception", "GPL-3.0-linking-exception", "LLVM-exception", "Libtool-exception",
        "Linux-syscall-note", "OCaml-LGPL-linking-exception", "OpenSSL-exception", "Qt-GPL-exception-1.0",
        "Qt-LGPL-exception-1.1", "Texinfo-exception", "UBDL-exception", "Universal-FOSS-exception-1.0",
        "cryptsetup-OpenSSL-exception", "openvpn-openssl-exception", "x11vnc-openssl-exception",
    ]
}
