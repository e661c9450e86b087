// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks

/// Networks, who is on them, and who reaches what: what `network inspect --graph` draws.
public struct NetworkGraph: Hashable, Sendable {
    /// What a member of a network may talk to, as the walls have it.
    public struct Reach: Hashable, Sendable {
        /// The other members.
        public var neighbours: Bool
        /// What is behind this machine.
        public var world: Bool
        /// Services of this machine.
        public var machine: Bool
        /// Where clouds tell a machine its secrets.
        public var metadata: Bool
        /// Whether it may send as somebody else.
        public var others: Bool

        public init(
            neighbours: Bool, world: Bool, machine: Bool = false, metadata: Bool = false, others: Bool = false
        ) {
            self.neighbours = neighbours
            self.world = world
            self.machine = machine
            self.metadata = metadata
            self.others = others
        }

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
    public struct Member: Hashable, Sendable {
        public var name: String
        public var interface: String
        public var addresses: [String]
        /// What leads to it from outside: `0.0.0.0:8080` and `80/tcp`.
        public var ports: [Port]
        /// The other networks that it is on.
        public var alsoOn: [String]

        public init(name: String, interface: String, addresses: [String], ports: [Port] = [], alsoOn: [String] = []) {
            self.name = name
            self.interface = interface
            self.addresses = addresses
            self.ports = ports
            self.alsoOn = alsoOn
        }
    }

    public struct Port: Hashable, Sendable {
        public var outside: String
        public var inside: String
        public init(outside: String, inside: String) {
            self.outside = outside
            self.inside = inside
        }
    }

    public struct Part: Hashable, Sendable {
        public var name: String
        public var bridge: String
        /// With the gateway of each.
        public var subnets: [String]
        public var isInternal: Bool
        public var reach: Reach
        public var members: [Member]

        public init(
            name: String, bridge: String, subnets: [String], isInternal: Bool = false, reach: Reach,
            members: [Member] = []
        ) {
            self.name = name
            self.bridge = bridge
            self.subnets = subnets
            self.isInternal = isInternal
            self.reach = reach
            self.members = members
        }
    }

    public var parts: [Part]

    public init(parts: [Part]) { self.parts = parts }
}

extension Engine {
    /// The networks of those names and who is on them now; all networks where none is named.
    public func networkGraph(of names: [String]) throws(EngineError) -> NetworkGraph {
        var chosen: [Network] = []
        if names.isEmpty { chosen = try networks([]) }
        for name in names {
            let network = try network(name)
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
            name: network.name, bridge: network.bridgeName,
            subnets: network.subnets.map { "\($0.prefix) by \($0.gateway)" }, isInternal: network.isInternal,
            reach: NetworkGraph.Reach(
                neighbours: network.connectsContainers, world: !network.isInternal,
                machine: network.options.reachesHost, metadata: network.options.reachesMetadata,
                others: !network.options.pinsAddresses),
            members: members)
    }
}

extension NetworkGraph.Member {
    /// Nil where the container is not on the network.
    init?(_ record: ContainerRecord, on network: Network) {
        guard let end = record.endpoints.first(where: { $0.networkID == network.id }) else { return nil }
        // What is published leads to a container's first network.
        let isFirst = record.endpoints.first == end
        self.init(
            name: record.name, interface: end.interface, addresses: end.addresses.map { "\($0.address)" },
            ports: isFirst
                ? record.published.map { NetworkGraph.Port(outside: $0.outside, inside: $0.inside) } : [],
            alsoOn: record.endpoints.filter { $0.networkID != network.id }.map(\.network))
    }
}
