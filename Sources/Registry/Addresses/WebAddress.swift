// SPDX-License-Identifier: Apache-2.0

/// Why a text is no address that is fetched from.
public struct WebAddressError: Error, Hashable, Sendable, CustomStringConvertible {
    public let address: String
    public let reason: String

    /// `"file:///etc/passwd": only http and https are fetched`.
    public var description: String { "\"\(address)\": \(reason)" }
}

/// An absolute address of http or https (RFC 3986), which is all that is ever fetched from.
///
/// Strict where leniency has been used against others: no user names, no host that one reader takes for a number and
/// another for a name, nothing but printable ASCII.
public struct WebAddress: Hashable, Sendable, CustomStringConvertible {
    public enum Scheme: String, Hashable, Sendable {
        case http, https

        public var port: Int { self == .http ? 80 : 443 }
    }

    public var scheme: Scheme
    /// A name in lower case, or an IP address; that of version 6 without its brackets.
    public var host: String
    /// As written, or the scheme's.
    public var port: Int
    /// Starts with a slash; percent-encoded as it came.
    public var path: String
    /// Without its question mark; nil where there is none.
    public var query: String?

    public init(_ text: String) throws(WebAddressError) {
        func failure(_ reason: String) -> WebAddressError { WebAddressError(address: printable(text), reason: reason) }

        guard text.utf8.count <= 8192 else { throw failure("it is longer than 8192 characters") }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }) else {
            throw failure("it has characters that an address has only percent-encoded")
        }
        let bytes = Array(text.utf8.prefix { $0 != UInt8(ascii: "#") })
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")), bytes[colon...].starts(with: "://".utf8) else {
            throw failure("only http and https are fetched: write https://HOST/PATH")
        }
        guard let scheme = Scheme(rawValue: String(decoding: bytes[..<colon], as: UTF8.self).lowercased()) else {
            throw failure("only http and https are fetched")
        }
        self.scheme = scheme
        var rest = bytes[(colon + 3)...]
        let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
        rest = rest.dropFirst(authority.count)
        guard !authority.contains(UInt8(ascii: "@")) else {
            throw WebAddressError(
                address: "\(scheme.rawValue)://…", reason: "it has a user name in it, which would be sent to anybody")
        }
        guard let (host, port) = Self.place(Array(authority)) else { throw failure("its host or port is malformed") }
        self.host = host
        self.port = port ?? scheme.port
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        self.path = path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
        rest = rest.dropFirst(path.count)
        query = rest.isEmpty ? nil : String(decoding: rest.dropFirst(), as: UTF8.self)
    }

    /// Host and port of `HOST`, `HOST:PORT`, `[IPV6]` or `[IPV6]:PORT`.
    static func place(_ authority: [UInt8]) -> (host: String, port: Int?)? {
        var rest = authority[...]
        let host: String
        if rest.first == UInt8(ascii: "[") {
            guard let end = rest.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host = String(decoding: rest[1..<end], as: UTF8.self).lowercased()
            guard IPAddress(host)?.isVersion6 == true else { return nil }
            rest = rest[(end + 1)...]
        } else {
            let name = rest.prefix { $0 != UInt8(ascii: ":") }
            host = String(decoding: name, as: UTF8.self).lowercased()
            guard isHost(host) else { return nil }
            rest = rest.dropFirst(name.count)
        }
        if rest.isEmpty { return (host, nil) }
        let digits = rest.dropFirst()
        guard rest.first == UInt8(ascii: ":"), (1...5).contains(digits.count),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let port = Int(String(decoding: digits, as: UTF8.self)), (1...65535).contains(port)
        else { return nil }
        return (host, port)
    }

    private static func isHost(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count),
            text.utf8.allSatisfy({ byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            })
        else { return false }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.dropLast().allSatisfy({ !$0.isEmpty }), let last = labels.last(where: { !$0.isEmpty }) else {
            return false
        }
        // What ends in a number is an address of four plain numbers: 127.1 and 0x7f000001 are names to some.
        let isNumber =
            last.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
            && last.utf8.allSatisfy { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
            && (last.hasPrefix("0x") || last.utf8.allSatisfy { $0 <= UInt8(ascii: "9") })
        return !isNumber || IPAddress(text) != nil
    }

    /// `https://host:port`, the port only where it is not the scheme's.
    public var origin: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return "\(scheme.rawValue)://\(name)\(port == scheme.port ? "" : ":\(port)")"
    }

    public var description: String { origin + path + (query.map { "?\($0)" } ?? "") }
    /// Without the query, which may hold what proves a right.
    public var shown: String { origin + path }

    public func hasSameOrigin(as other: WebAddress) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// The IP address, where the host is one and not a name.
    public var literal: IPAddress? { IPAddress(host) }
}

/// What a text of others may show of itself in a message: one line of printable ASCII, and not too much.
func printable(_ text: String, limit: Int = 300) -> String {
    var result: [UInt8] = []
    for byte in text.utf8.prefix(limit) { result.append(byte < 0x20 || byte >= 0x7F ? UInt8(ascii: "?") : byte) }
    return String(decoding: result, as: UTF8.self) + (text.utf8.count > limit ? "…" : "")
}
