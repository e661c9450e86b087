// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a container is called on a network, and where it is: the text of a symbolic link, whose name is the container's id.
///
/// A link is made, read and renamed whole, and who reads it needs no right to open a file.
public struct NameClaim: Hashable, Sendable {
    /// One of each family at most.
    public var addresses: [InternetAddress]
    /// The container's own name first, then what else it is called there.
    public var names: [String]

    public init(addresses: [InternetAddress], names: [String]) {
        self.addresses = addresses
        self.names = names
    }

    /// `10.9.0.2,fd00::2 web 0123456789ab db`.
    public var text: String {
        ([addresses.map { "\($0)" }.joined(separator: ",")] + names).joined(separator: " ")
    }

    /// The longest that a link holds: PATH_MAX without its zero.
    public static let maximumLength = 4095

    /// Reads such a text; nil where there is no address in it.
    public init?(_ text: String) {
        let words = text.utf8.split(separator: UInt8(ascii: " ")).map { String($0) ?? "" }
        guard let first = words.first else { return nil }
        let addresses = first.utf8.split(separator: UInt8(ascii: ",")).compactMap { InternetAddress(String($0) ?? "") }
        guard !addresses.isEmpty else { return nil }
        self.init(addresses: addresses, names: Array(words.dropFirst()))
    }
}
