// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Which sources of ADD are not files of the context.
enum RemoteSource {
    case file
    case url
    case repository

    /// `isRepository` where `--keep-git-dir` says that a web address is one of a repository, as `.git` at its end does.
    init(_ text: String, isRepository: Bool = false) {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self = .file
            return
        }
        if text.utf8[colon...].starts(with: "://".utf8) {
            switch text[..<colon].lowercased() {
            case "git", "ssh": self = .repository
            case "http", "https":
                self =
                    isRepository || Self.path(ofAddress: text).utf8.suffix(4).elementsEqual(".git".utf8)
                    ? .repository : .url
            default: self = .file
            }
            return
        }
        // user@host:path, as ssh writes it.
        let parts = text[..<colon].split(separator: "@", omittingEmptySubsequences: false)
        let isPlace =
            parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty
            && parts[0].utf8.allSatisfy(Self.isName) && parts[1].utf8.allSatisfy { Self.isName($0) || $0 == 0x2E }
        self = isPlace ? .repository : .file
    }

    /// What the file of a web address is called: the last part of its path, or `__unnamed__` where there is none.
    static func fileName(ofAddress text: String) -> String {
        let rest = path(ofAddress: text).utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
        guard let last = Substring(rest).pathParts.dropFirst().last, last != ".", last != ".." else {
            return "__unnamed__"
        }
        return String(last)
    }

    /// Without what follows `?` or `#`.
    private static func path(ofAddress text: String) -> Substring {
        Substring(text.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") })
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
