// SPDX-License-Identifier: Apache-2.0

/// What an image's files are: os-release(5).
public struct OperatingSystem: Hashable, Sendable {
    /// `debian`, `alpine`; `linux` where the file does not say.
    public var id = "linux"
    /// `12`, `3.18.4`; nil for what is never released.
    public var version: String?
    /// For a person: `Debian GNU/Linux 12 (bookworm)`.
    public var name = "Linux"
    public var homepage: String?

    public init() {}

    /// Reads the file: lines of `KEY=value`, quoted as for a shell.
    public init(parsing bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, !text.hasPrefix("#") else { continue }
            let value = Self.unquoted(pair[1])
            guard !value.isEmpty else { continue }
            switch pair[0] {
            case "ID": id = value.lowercased()
            case "VERSION_ID": version = value
            case "PRETTY_NAME": name = value
            case "HOME_URL": homepage = value
            default: continue
            }
        }
    }

    /// Takes quotes away, and the backslashes in front of what a shell would read.
    private static func unquoted(_ text: Substring) -> String {
        var rest = text.utf8[...]
        while let last = rest.last, last == UInt8(ascii: " ") || last == UInt8(ascii: "\r") { rest = rest.dropLast() }
        if let first = rest.first, first == UInt8(ascii: "\"") || first == UInt8(ascii: "'"), rest.count > 1,
            rest.last == first
        {
            rest = rest.dropFirst().dropLast()
            if first == UInt8(ascii: "'") { return String(decoding: rest, as: UTF8.self) }
        }
        var result: [UInt8] = []
        var isEscaped = false
        for byte in rest {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
                continue
            }
            isEscaped = false
            result.append(byte)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
