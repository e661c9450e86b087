// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a user says of the names that a container knows, and of whom it asks for others.
public struct NameChoices: Hashable, Sendable {
    /// Whom to ask; empty for those whom the host asks.
    public var servers: [InternetAddress] = []
    /// Domains that are tried behind a name; one `.` for none.
    public var searches: [String] = []
    /// Options of resolv.conf(5).
    public var options: [String] = []
    /// Lines of `/etc/hosts`.
    public var hosts: [HostArgument] = []
    /// Names that this container alone has for others.
    public var links: [LinkArgument] = []

    public init() {}

    /// The file of a container, by what the host's says.
    func changed(_ file: ResolverFile) -> ResolverFile {
        var result = file
        if !servers.isEmpty { result.servers = servers.map { "\($0)" } }
        if !searches.isEmpty { result.searches = searches == ["."] ? [] : searches }
        if !options.isEmpty { result.options = options }
        return result
    }

    /// Reads `--dns`.
    public static func server(_ text: String) throws(SyntaxError) -> InternetAddress {
        guard let address = InternetAddress(text), !address.isAny, !address.isMulticast else {
            throw SyntaxError(text, "is no address of a server", "write one as in 9.9.9.9 or 2620:fe::fe")
        }
        return address
    }

    /// Reads a word of resolv.conf(5): `--dns-search`, `--dns-option`.
    public static func word(_ text: String) throws(SyntaxError) -> String {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw SyntaxError(text, "is no word of /etc/resolv.conf", "write one, without blanks")
        }
        return text
    }
}

/// `--link NAME[:ALIAS]`: what this container alone calls another one on its networks.
public struct LinkArgument: Hashable, Sendable, CustomStringConvertible {
    /// The other container's name or id, as it was written.
    public let container: String
    public let alias: String

    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { String($0) }
        guard (1...2).contains(parts.count), let first = parts.first, let last = parts.last, !first.isEmpty else {
            throw SyntaxError(text, "is no container with what it is called", "write NAME or NAME:ALIAS")
        }
        container = first
        alias = try NetworkArgument.alias(last)
    }

    /// `NAME:ALIAS`.
    public var description: String { "\(container):\(alias)" }
}
