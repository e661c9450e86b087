// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Names
internal import Networks

/// What a container is given on one network, before the kernel knows of it.
struct NetworkPlace: Sendable {
    var network: Network
    var link: NetworkLink
    var settings: InterfaceSettings
    var endpoint: NetworkEndpoint
    /// What the firewall is to know; nil where it sees none of it.
    var wall: FirewalledPort?
}

/// How a container is connected to a network.
enum NetworkLink: Sendable {
    case port(NetworkPort)
    case macvlan(MacvlanInterface)

    /// Makes the container's interface in its network namespace.
    func make(to namespace: borrowing Descriptor) throws(SystemError) {
        switch self {
        case .port(let port): try port.make(to: namespace)
        case .macvlan(let interface): try interface.make(to: namespace)
        }
    }
}

/// Who is given a place.
struct NetworkGuest: Sendable {
    var id: String
    /// The container's own name.
    var name: String
    var hostname: HostName?
    var domainName: HostName?
    /// What was said of the metadata of the cloud; nil for what the network says.
    var metadata: MetadataAccess?

    /// What was said of services of the machine; nil for what the network says.
    var hostAccess: Bool?

    /// Whether it reaches the services on a network, by itself or with all others there.
    func reachesHost(on network: Network) throws(NetworkError) -> Bool {
        let isOpen = network.options.reachesHost
        if hostAccess == false, isOpen {
            throw NetworkError(
                .invalid, network.name,
                "the network \(network.name) was made with host-access=on, for all its containers: choose another network, or "
                    + "leave --network-opt host-access=off out")
        }
        return isOpen || hostAccess == true
    }

    /// Whether it reaches the metadata on a network, by itself or with all others there.
    func reachesMetadata(on network: Network) throws(NetworkError) -> Bool {
        let isOpen = network.options.reachesMetadata
        if metadata == .closed, isOpen {
            throw NetworkError(
                .invalid, network.name,
                "the network \(network.name) was made with metadata=on, for all its containers: choose another network, or leave "
                    + "--metadata closed out")
        }
        return isOpen || metadata == .open
    }

    /// What others on a network call it: its own name first.
    func names(_ aliases: [String]) -> [String] {
        var result = [name, String(id.prefix(12))] + aliases
        if let hostname {
            result.append(hostname.description)
            if let domainName { result.append("\(hostname).\(domainName)") }
        }
        var known: Set<String> = []
        return result.filter { !$0.isEmpty && known.insert($0).inserted }
    }
}

extension Engine {
    /// Gives a container a place on a network. What is taken for it is in `claims` from then on, also where this fails.
    /// - Parameter reached: the families for which it has a way out by another network.
    func take(
        _ wish: NetworkArgument, as interface: String, for guest: NetworkGuest,
        reached: Set<InternetAddress.Family>, publishes: Bool = false, claims: inout Claims, isDryRun: Bool
    ) throws(NetworkError) -> NetworkPlace {
        let network = try networks.find(wish.name)
        let reachesMetadata = try guest.reachesMetadata(on: network)
        let reachesHost = try guest.reachesHost(on: network)
        if !isDryRun { try networks.bringUp(network) }
        let leases = try networks.lease(network, wanted: wish.addresses, for: guest.id, files: &claims.files)
        if !network.isBuiltIn {
            let claim = NameClaim(addresses: leases.map(\.address), names: guest.names(wish.aliases))
            try networks.note(claim.text, of: guest.id, on: network, files: &claims.names)
        }
        let address = wish.hardwareAddress ?? HardwareAddress(of: leases[0].address)
        let gateways = network.isInternal ? [] : network.gateways.filter { !reached.contains($0.family) }
        var settings = InterfaceSettings(name: interface, addresses: leases, gateways: gateways)
        var endpoint = NetworkEndpoint(
            network: network.name, networkID: network.id, interface: interface, hostInterface: "",
            hardwareAddress: address, addresses: leases, gateways: gateways, aliases: wish.aliases)
        if let parent = network.options.parent {
            // No firewall of the host's sees its packets.
            if !reachesMetadata {
                settings.refused = ["169.254.0.0/16", "100.100.100.200/32"].compactMap { AddressPrefix($0) }
            }
            let interface = MacvlanInterface(
                parent: parent, name: interface, hardwareAddress: address, mode: network.options.macvlanMode,
                maximumPacket: network.options.maximumPacket)
            return NetworkPlace(network: network, link: .macvlan(interface), settings: settings, endpoint: endpoint)
        }
        // What a bridge that asks leads back stays a frame, and only the rules can tell it from others.
        let asks = Bridge.askRulesOfIP
        let port = NetworkPort(
            bridge: network.bridgeName, hostName: NetworkStore.newPortName(), name: interface,
            hardwareAddress: address, isIsolated: !network.connectsContainers && !asks, reflects: asks && publishes,
            maximumPacket: network.options.maximumPacket)
        endpoint.hostInterface = port.hostName
        var wall = FirewalledPort(
            name: port.hostName, bridge: port.bridge, hardware: address, addresses: leases.map(\.address))
        wall.isPinned = network.options.pinsAddresses
        wall.isSeparate = !network.connectsContainers
        // Where all may, the firewall knows the bridge.
        wall.reachesMetadata = reachesMetadata && !network.options.reachesMetadata
        wall.reachesHost = reachesHost && !network.options.reachesHost
        return NetworkPlace(
            network: network, link: .port(port), settings: settings, endpoint: endpoint, wall: wall)
    }
}
