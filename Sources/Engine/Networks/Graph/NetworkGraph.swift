// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks

/// Networks, who is on them, and who reaches what: what `network inspect --graph` draws.
public struct NetworkGraph: Hashable, Sendable {
    /// What a member of a network may talk to, as the walls have it.
    struct Reach: Hashable, Sendable {
        /// The other members.
        var neighbours: Bool
        /// What is behind this machine.
        var world: Bool
        /// Services of this machine.
        var machine = false
        /// Where clouds tell a machine its secrets.
        var metadata = false
        /// Whether it may send as somebody else.
        var others = false

        /// What each is called, and whether it is open.
        var list: [(words: String, isOpen: Bool)] {
            [
                ("talk to each other", neighbours), ("reach the world", world),
                ("use services of this machine", machine), ("read cloud metadata", metadata),
                ("send as somebody else", others),
            ]
        }
    }

    /// A container's place on a network.
    struct Member: Hashable, Sendable {
        var name: String
        var interface: String
        var addresses: [String]
        /// What leads to it from outside: `0.0.0.0:8080` and `80/tcp`.
        var ports: [Port] = []
        /// What it alone may talk to, beside what all on the network may.
        var grants: [String] = []
        /// The other networks that it is on.
        var alsoOn: [String] = []
    }

    struct Port: Hashable, Sendable {
        var outside: String
        var inside: String
    }

    struct Part: Hashable, Sendable {
        var name: String
        var bridge: String
        /// With the gateway of each.
        var subnets: [String]
        var isInternal = false
        var reach: Reach
        var members: [Member] = []
    }

    var parts: [Part]
}

extension Engine {
    /// The networks of those names and who is on them now; all networks where none is named.
    public func networkGraph(of names: [String]) throws(EngineError) -> NetworkGraph {
        var chosen: [Network] = []
        if names.isEmpty { chosen = try networks([]).filter { !$0.standsAlone } }
        for name in names {
            let network = try network(name)
            guard !network.standsAlone else {
                throw EngineError(
                    .invalid,
                    "there is no picture of \(name), which has no addresses and no walls: name another network")
            }
            if !chosen.contains(network) { chosen.append(network) }
        }
        let records = try containers.all().filter(\.isLive).sorted { ($0.name, $0.id) < ($1.name, $1.id) }
        return NetworkGraph(
            parts: chosen.map { network in
                NetworkGraph.Part(network, members: records.compactMap { NetworkGraph.Member($0, on: network) })
            })
    }
}

extension NetworkGraph.Part {
    init(_ network: Network, members: [NetworkGraph.Member]) {
        self.init(
            name: network.name, bridge: network.options.parent.map { "beside \($0)" } ?? network.bridgeName,
            subnets: network.subnets.map { "\($0.prefix) by \($0.gateway)" }, isInternal: network.isInternal,
            reach: NetworkGraph.Reach(
                neighbours: network.connectsContainers, world: !network.isInternal,
                machine: network.options.reachesHost, metadata: network.options.reachesMetadata,
                others: network.driver == .macvlan || !network.options.pinsAddresses),
            members: members)
    }
}

extension NetworkGraph.Member {
    /// Nil where the container is not on the network.
    init?(_ record: ContainerRecord, on network: Network) {
        guard let end = record.endpoints.first(where: { $0.networkID == network.id }) else { return nil }
        let request = try? ContainerRequest(of: record)
        var own = NetworkGraph.Reach(neighbours: false, world: false)
        own.machine = request?.hostAccess == true && network.driver == .bridge && !network.options.reachesHost
        own.metadata = request?.metadata == .open && !network.options.reachesMetadata
        // What is published leads to a container's first network.
        let isFirst = record.endpoints.first == end
        self.init(
            name: record.name, interface: end.interface, addresses: end.addresses.map { "\($0.address)" },
            ports: isFirst
                ? record.published.map { NetworkGraph.Port(outside: $0.outside, inside: $0.inside) } : [],
            grants: own.list.filter(\.isOpen).map(\.words),
            alsoOn: record.endpoints.filter { $0.networkID != network.id }.map(\.network))
    }
}
