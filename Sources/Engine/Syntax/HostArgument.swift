// SPDX-License-Identifier: Apache-2.0

/// `--add-host NAME:ADDRESS` or `NAME=ADDRESS`: a line of `/etc/hosts`. An IPv6 address may stand in brackets.
public struct HostArgument: Hashable, Sendable, CustomStringConvertible {
    public let name: String
    /// Without brackets.
    public let address: String

    /// Whether it is that of the host, which is known once there is a network.
    public var isGateway: Bool { address == Self.gateway }
    private static let gateway = "host-gateway"

    /// Reads a name and an address with the first `=` or else the first `:` between them.
    public init(parsing text: String) throws(SyntaxError) { try self.init(text, takesGateway: false) }

    /// The same where `host-gateway` may stand for an address.
    public init(parsingWithGateway text: String) throws(SyntaxError) { try self.init(text, takesGateway: true) }

    private init(_ text: String, takesGateway: Bool) throws(SyntaxError) {
        let advice = "write NAME:ADDRESS, as in build.local:10.0.0.2"
        let bytes = text.utf8
        guard
            let mark = bytes.firstIndex(of: UInt8(ascii: "=")) ?? bytes.firstIndex(of: UInt8(ascii: ":")),
            mark != bytes.startIndex
        else { throw SyntaxError(text, "is no host with its address", advice) }
        name = String(text[..<mark])
        var written = text[bytes.index(after: mark)...]
        if written == Self.gateway, !takesGateway {
            throw SyntaxError(
                text, "asks for the host's gateway", "only run and create know it: write an address")
        }
        guard
            name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") && $0 != UInt8(ascii: ":") })
        else { throw SyntaxError(text, "has a name that /etc/hosts cannot hold", advice) }
        if written == Self.gateway {
            address = Self.gateway
            return
        }
        if written.hasPrefix("["), written.hasSuffix("]") { written = written.dropFirst().dropLast() }
        guard Self.isIPv4(written) || Self.isIPv6(written) else {
            throw SyntaxError(text, "has '\(written)', which is no address", advice)
        }
        address = String(written)
    }

    /// `NAME:ADDRESS`.
    public var description: String { "\(name):\(address)" }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                UInt64(digits: part).map { $0 <= 255 } == true && (part.count == 1 || part.first != "0")
            }
    }

    /// Eight groups, or fewer around one `::`; the last two may be an IPv4 address (RFC 4291, 2.2).
    private static func isIPv6(_ text: Substring) -> Bool {
        var groups = text.split(separator: ":", omittingEmptySubsequences: false)
        guard groups.count >= 3 else { return false }
        var count = 0
        let endsInIPv4 = groups.last.map(isIPv4) == true
        if endsInIPv4 {
            groups.removeLast()
            count = 2
        }
        var isShort = false
        for (place, group) in groups.enumerated() {
            if group.isEmpty {
                // An empty group is `::`; one beside it belongs to the same mark at either end.
                let isEdge = place == 0 || place == groups.count - 1 && !endsInIPv4
                if isEdge, place + 1 < groups.count ? groups[place + 1].isEmpty : groups[place - 1].isEmpty { continue }
                if isEdge || isShort { return false }
                isShort = true
            } else {
                guard group.utf8.count <= 4, group.allSatisfy(\.isHexDigit), group.utf8.allSatisfy({ $0 < 0x80 }) else {
                    return false
                }
                count += 1
            }
        }
        return isShort ? count < 8 : count == 8
    }
}
