// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Networks

/// A network that a container is to be on: `--network NAME`, or docker's longer form `name=NAME,alias=WORD,ip=ADDRESS`.
public struct NetworkArgument: Hashable, Sendable, CustomStringConvertible {
    public var name: String
    /// Further names that it has on that network.
    public var aliases: [String] = []
    /// Addresses that were asked for, one of each family at most.
    public var addresses: [InternetAddress] = []
    public var hardwareAddress: HardwareAddress?

    public init(name: String) { self.name = name }

    /// The built-in one.
    public static let bridge = NetworkArgument(name: NetworkName.bridge.description)

    /// Reads either form.
    public init(parsing text: String) throws(SyntaxError) {
        self.init(name: "")
        guard text.utf8.contains(UInt8(ascii: "=")) else {
            name = try Self.name(text)
            return
        }
        var name: String?
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let mark = part.utf8.firstIndex(of: UInt8(ascii: "=")) else {
                throw SyntaxError(
                    text, "has '\(part)' where KEY=VALUE belongs", "write name=NAME,alias=WORD,ip=ADDRESS")
            }
            let value = String(part[part.utf8.index(after: mark)...])
            switch part[..<mark] {
            case "name": name = try Self.name(value)
            case "alias": aliases.append(try Self.alias(value))
            case "ip": try add(address: value, .v4)
            case "ip6": try add(address: value, .v6)
            case "mac-address": try set(hardwareAddress: value)
            default:
                throw SyntaxError(
                    text, "has the key '\(part[..<mark])', which a network has not",
                    "write name, alias, ip, ip6 or mac-address")
            }
        }
        guard let name else { throw SyntaxError(text, "names no network", "write name=NAME,alias=WORD,ip=ADDRESS") }
        self.name = name
    }

    /// Takes an address that is asked for: `--ip`, `--ip6`.
    public mutating func add(address text: String, _ family: InternetAddress.Family) throws(SyntaxError) {
        guard let address = InternetAddress(text), address.family == family else {
            throw SyntaxError(
                text, "is no address of IPv\(family == .v4 ? 4 : 6)",
                family == .v4 ? "write one as in 10.9.0.7" : "write one as in fd00::7")
        }
        addresses.removeAll { $0.family == family }
        addresses.append(address)
    }

    /// Takes the address of its interface: `--mac-address`.
    public mutating func set(hardwareAddress text: String) throws(SyntaxError) {
        guard let address = HardwareAddress(text), address.isUnicast else {
            throw SyntaxError(text, "is no address of one interface", "write one as in 02:42:ac:11:00:02")
        }
        hardwareAddress = address
    }

    /// A name that a container has on a network: a label of the domain name system, with `_` as docker allows it.
    public static func alias(_ text: String) throws(SyntaxError) -> String {
        guard (1...63).contains(text.utf8.count),
            text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || [0x2d, 0x2e, 0x5f].contains($0) })
        else { throw SyntaxError(text, "is no name of a host", "write letters, digits, '-', '.' and '_', 63 at most") }
        return text
    }

    private static func name(_ text: String) throws(SyntaxError) -> String {
        if text == "default" { return NetworkName.bridge.description }
        if text == NetworkName.bridge.description { return text }
        do throws(NetworkError) { return try NetworkName(text).description } catch {
            throw SyntaxError(
                text, "is no name of a network", "write none, host, container:NAME or the name of a network")
        }
    }

    /// As it can be read again.
    public var description: String {
        var parts = ["name=\(name)"] + aliases.map { "alias=\($0)" }
        parts += addresses.map { ($0.family == .v4 ? "ip=" : "ip6=") + "\($0)" }
        if let hardwareAddress { parts.append("mac-address=\(hardwareAddress)") }
        return parts.count == 1 ? name : parts.joined(separator: ",")
    }
}
