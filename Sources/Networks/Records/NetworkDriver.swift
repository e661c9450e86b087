// SPDX-License-Identifier: Apache-2.0

/// What a network is made of.
public enum NetworkDriver: String, CaseIterable, Sendable {
    /// A bridge of the host's, with walls around each port.
    case bridge
    /// An interface of the host's, beside which containers are on its link.
    case macvlan
    /// The machine's own network, and none at all: nobody makes another one of those.
    case host, null

    /// Those of which `network create` makes networks.
    public static let made: [NetworkDriver] = [.bridge, .macvlan]
}

extension Network {
    public var driver: NetworkDriver {
        switch name {
        case Self.host.name: .host
        case Self.none.name: .null
        default: options.parent == nil ? .bridge : .macvlan
        }
    }

    /// What `--network host` means, for who lists networks. It has no record, and its id is its name.
    public static let host = Network(standingAlone: "host", id: "686f7374")
    /// The same of `--network none`.
    public static let none = Network(standingAlone: "none", id: "6e6f6e65")
    /// Whose containers are on no other network.
    public static let standingAlone = [host, none]
    public var standsAlone: Bool { Self.standingAlone.contains { $0.name == name } }

    private init(standingAlone name: String, id: String) {
        self.init(
            id: id + String(repeating: "0", count: 64 - id.utf8.count), name: name, created: "1970-01-01T00:00:00Z",
            subnets: [])
    }
}
