// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks

/// What a container is told of names. It is looked up when it asks.
struct NameSetting: Sendable {
    /// A network that it is on.
    struct Place: Sendable {
        var name: String
        var subnets: [AddressPrefix]
        var isInternal: Bool
        /// Where it is noted who is called what there.
        var directory: String
    }

    /// Where questions arrive in the container: docker's.
    static let address = InternetAddress(.v4, 0x7f00_000b)

    /// Its name, for people.
    var container: String
    var networks: NetworkStore
    /// By their ids.
    var networkIDs: [String]
    /// Whom to ask for other names; empty for those whom the machine asks.
    var chosenServers: [InternetAddress] = []
    /// Names that this container alone has for others.
    var links: [(alias: String, name: String)] = []

    /// The built-in network has no names, as docker's has none.
    func places() -> [Place] {
        let known = (try? networks.all()) ?? []
        return networkIDs.compactMap { id in
            guard let network = known.first(where: { $0.id == id }), !network.isBuiltIn else { return nil }
            return Place(
                name: network.name, subnets: network.subnets.map(\.prefix), isInternal: network.isInternal,
                directory: networks.namesDirectory(of: id))
        }
    }

    /// resolv.conf(5) has three at most.
    func servers() -> [InternetAddress] {
        let all =
            chosenServers.isEmpty ? ResolverFile.ofHost().servers.compactMap { InternetAddress($0) } : chosenServers
        return Array(all.prefix(3))
    }
}
