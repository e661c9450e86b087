// SPDX-License-Identifier: Apache-2.0

/// The name of an image as docker writes it: `[host[:port]/]path[:tag][@digest]`.
///
/// A name without a host is one of docker.io, and one without a slash is one of its `library/`; ``familiar`` leaves
/// both out again.
public struct ImageReference: Hashable, Sendable, CustomStringConvertible {
    /// `docker.io`, `localhost:5000`.
    public let host: String
    /// `library/debian`.
    public let path: String
    /// Nil where none was written.
    public var tag: String?
    public var digest: Digest?

    /// Reads a reference as a user writes it.
    public init(_ text: String) throws(ImageFormatError) {
        func failure(_ reason: String) -> ImageFormatError { ImageFormatError(.badReference, text, reason) }

        var rest = Substring(text)
        guard !rest.isEmpty else { throw failure("it is empty, write NAME[:TAG]") }
        if let at = rest.utf8.firstIndex(of: UInt8(ascii: "@")) {
            digest = try Digest(String(rest[rest.utf8.index(after: at)...]))
            rest = rest[..<at]
        }
        if let colon = rest.utf8.lastIndex(of: UInt8(ascii: ":")), !rest.utf8[colon...].contains(Self.slash) {
            let written = String(rest[rest.utf8.index(after: colon)...])
            if let reason = Self.fault(ofTag: written) { throw failure(reason) }
            tag = written
            rest = rest[..<colon]
        }
        if let slash = rest.utf8.firstIndex(of: Self.slash), Self.isHost(rest[..<slash]) {
            let written = String(rest[..<slash])
            guard Self.isValidHost(written) else {
                throw failure("\"\(written)\" is no host, write NAME or HOST[:PORT]/NAME")
            }
            host = written == "index.docker.io" ? "docker.io" : written
            rest = rest[rest.utf8.index(after: slash)...]
        } else {
            host = "docker.io"
        }
        if let reason = Self.fault(ofPath: rest) { throw failure(reason) }
        if host == "docker.io", tag == nil, digest == nil, Digest(hex: String(rest)) != nil {
            throw failure("64 hexadecimal digits are an image id, not a name")
        }
        path = host == "docker.io" && !rest.utf8.contains(Self.slash) ? "library/\(rest)" : String(rest)
        guard host.utf8.count + path.utf8.count + 1 <= 255 else { throw failure("it is longer than 255 characters") }
    }

    /// `docker.io/library/debian`.
    public var name: String { "\(host)/\(path)" }

    /// `docker.io/library/debian:12`: with `latest` where neither tag nor digest was written.
    public var canonical: String { name + suffix(tag: tag ?? (digest == nil ? "latest" : nil)) }

    /// `debian:12`, as short as docker shows it, with `latest` where neither tag nor digest was written.
    public var familiar: String { familiarName + suffix(tag: tag ?? (digest == nil ? "latest" : nil)) }

    /// `debian`, without tag and digest.
    public var familiarName: String {
        // What reads as a host without the one in front needs it.
        let first = path.utf8.firstIndex(of: Self.slash).map { path[..<$0] }
        guard host == "docker.io", !(first.map(Self.isHost) ?? false) else { return name }
        return path.hasPrefix("library/") && path.utf8.lazy.filter({ $0 == UInt8(ascii: "/") }).count == 1
            ? String(path.dropFirst(8)) : path
    }

    private func suffix(tag: String?) -> String {
        (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0)" } ?? "")
    }

    /// As ``familiar``.
    public var description: String { familiar }
}

extension ImageReference {
    // Bytes and not characters: what tells characters apart costs a tenth of a millisecond to start with.
    private static let slash = UInt8(ascii: "/")

    /// The first part is a host where it could not be part of a path on docker.io: docker's own rule.
    private static func isHost(_ part: Substring) -> Bool {
        part.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") } || part == "localhost"
            || part.utf8.contains { isUpper($0) }
    }

    private static func isValidHost(_ text: String) -> Bool {
        let pieces = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        if pieces.count == 2 {
            guard UInt16(pieces[1]) != nil else { return false }
        }
        return !pieces[0].isEmpty
            && pieces[0].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                guard let first = label.utf8.first, let last = label.utf8.last else { return false }
                return first != UInt8(ascii: "-") && last != UInt8(ascii: "-")
                    && label.utf8.allSatisfy { isLower($0) || isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
            }
    }

    private static func fault(ofTag tag: String) -> String? {
        guard let first = tag.utf8.first else { return "a tag follows the colon, as in debian:12" }
        guard tag.utf8.count <= 128 else { return "the tag is longer than 128 characters" }
        let isWord: (UInt8) -> Bool = { isLower($0) || isUpper($0) || isDigit($0) || $0 == UInt8(ascii: "_") }
        guard isWord(first), tag.utf8.allSatisfy({ isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") })
        else { return "a tag has letters, digits, '_', '.' and '-', and starts with neither '.' nor '-'" }
        return nil
    }

    private static func fault(ofPath path: Substring) -> String? {
        guard !path.isEmpty else { return "the name is missing, write NAME[:TAG]" }
        for bytes in path.utf8.split(separator: slash, omittingEmptySubsequences: false) {
            let part = Substring(bytes)
            guard !part.isEmpty else { return "a part of the name is empty: two slashes, or one at an end" }
            if part.utf8.contains(where: isUpper) {
                return "a name is in lower case, write \"\(path.lowercased())\""
            }
            if !part.utf8.allSatisfy(isAllowed),
                let odd = part.unicodeScalars.first(where: { !$0.isASCII || !isAllowed(UInt8(ascii: $0)) })
            {
                return "\"\(odd)\" cannot be in a name: lower-case letters, digits, '.', '_' and '-' can"
            }
            guard hasGoodSeparators(part) else {
                return "'.', '_' and '-' stand single between letters or digits ('__' and '--' are allowed)"
            }
        }
        return nil
    }

    /// Separators stand between letters or digits: `.`, `_`, `__` or any number of `-`.
    private static func hasGoodSeparators(_ part: Substring) -> Bool {
        var run: [UInt8] = []
        var isAtStart = true
        for byte in part.utf8 {
            if !isLower(byte), !isDigit(byte) {
                run.append(byte)
                continue
            }
            if !run.isEmpty {
                guard !isAtStart,
                    run.count == 1 || run == Array("__".utf8) || run.allSatisfy({ $0 == UInt8(ascii: "-") })
                else { return false }
                run = []
            }
            isAtStart = false
        }
        return run.isEmpty
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        isLower(byte) || isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: "-")
    }
    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
