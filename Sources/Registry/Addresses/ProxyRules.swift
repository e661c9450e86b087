// SPDX-License-Identifier: Apache-2.0

/// A proxy as an address names it.
public struct ProxyAddress: Hashable, Sendable {
    public enum Kind: Hashable, Sendable { case http, socks }
    public var kind: Kind
    public var host: String
    public var port: Int
    public var user: String?
    public var password: String?

    /// Reads `[http://|socks5://][USER:PASSWORD@]HOST[:PORT]`, the form of `HTTP_PROXY`.
    public init(_ text: String) throws(WebAddressError) {
        var rest = Array(text.utf8)[...]
        kind = .http
        if let colon = rest.firstIndex(of: UInt8(ascii: ":")), rest[colon...].starts(with: "://".utf8) {
            switch String(decoding: rest[..<colon], as: UTF8.self).lowercased() {
            case "http": kind = .http
            case "socks5", "socks5h": kind = .socks
            case let other:
                throw WebAddressError(
                    address: "\(printable(other))://…", reason: "a proxy is spoken to by http:// or socks5://")
            }
            rest = rest[(colon + 3)...]
        }
        rest = rest.prefix { $0 != UInt8(ascii: "/") }
        if let at = rest.lastIndex(of: UInt8(ascii: "@")) {
            let who = rest[..<at]
            let name = who.prefix { $0 != UInt8(ascii: ":") }
            user = Self.decoded(name)
            password = Self.decoded(who.dropFirst(name.count + 1))
            rest = rest[(at + 1)...]
        }
        guard let (host, port) = WebAddress.place(Array(rest)) else {
            throw WebAddressError(address: "proxy", reason: "write it like http://HOST:PORT")
        }
        self.host = host
        self.port = port ?? (kind == .http ? 80 : 1080)
    }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.first {
            if byte == UInt8(ascii: "%"), rest.count >= 3,
                let value = UInt8(String(decoding: rest.dropFirst().prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ProxyChoice {
    /// Through whom `address` is asked; nil for nobody. The rules are those of Go (golang.org/x/net/http/httpproxy),
    /// since the same variables are read by the other tools of this field.
    public func proxy(for address: WebAddress) throws(WebAddressError) -> ProxyAddress? {
        guard let text = address.scheme == .http ? http : https, !text.isEmpty else { return nil }
        guard !isExcepted(address) else { return nil }
        return try ProxyAddress(text)
    }

    private func isExcepted(_ address: WebAddress) -> Bool {
        let literal = address.literal
        if address.host == "localhost" || literal?.reach == .loopback { return true }
        for word in (except ?? "").split(separator: ",") {
            let rule = word.filter { $0 != " " }.lowercased()
            if rule == "*" { return true }
            if rule.isEmpty { continue }
            if let slash = rule.firstIndex(of: "/") {
                if let literal, let network = IPAddress(String(rule[..<slash])),
                    let length = Int(rule[rule.index(after: slash)...]), 0...128 ~= length,
                    literal.isIn(network, length: length)
                {
                    return true
                }
                continue
            }
            var (host, port): (String, Int?) = (rule, nil)
            if IPAddress(rule) == nil, let place = Self.place(rule) { (host, port) = place }
            if let port, port != address.port { continue }
            if let number = IPAddress(host) {
                if number == literal { return true }
            } else if host.hasPrefix("*.") || host.hasPrefix(".") {
                if address.host.hasSuffix(host.drop { $0 == "*" }) { return true }
            } else if address.host == host || address.host.hasSuffix(".\(host)") {
                return true
            }
        }
        return false
    }

    /// A host, with or without a port and the dot or star before it.
    private static func place(_ rule: String) -> (String, Int?)? {
        let bytes = Array(rule.utf8)
        if bytes.first == UInt8(ascii: "[") { return WebAddress.place(bytes).map { ($0.host, $0.port) } }
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            let port = Int(String(decoding: bytes[(colon + 1)...], as: UTF8.self))
        else { return nil }
        return (String(decoding: bytes[..<colon], as: UTF8.self), port)
    }
}
