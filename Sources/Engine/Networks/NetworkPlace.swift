// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Names
internal import Networks

/// What a container is given on one network, before the kernel knows of it.
struct NetworkPlace: Sendable {
    var network: Network
    var port: NetworkPort
    var settings: InterfaceSettings
    var endpoint: NetworkEndpoint
    var wall: FirewalledPort
}

/// Who is given a place.
struct NetworkGuest: Sendable {
    var id: String
    /// The container's own name.
    var name: String
    var hostname: HostName?
    var domainName: HostName?

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
        if !isDryRun { try networks.bringUp(network) }
        let leases = try networks.lease(network, wanted: wish.addresses, for: guest.id, files: &claims.files)
        if !network.isBuiltIn {
            let claim = NameClaim(addresses: leases.map(\.address), names: guest.names(wish.aliases))
            try networks.note(claim.text, of: guest.id, on: network, files: &claims.names)
        }
        let address = wish.hardwareAddress ?? HardwareAddress(of: leases[0].address)
        // What a bridge that asks leads back stays a frame, and only the rules can tell it from others.
        let asks = Bridge.askRulesOfIP
        let port = NetworkPort(
            bridge: network.bridgeName, hostName: NetworkStore.newPortName(), name: interface,
            hardwareAddress: address, isIsolated: !network.connectsContainers && !asks, reflects: asks && publishes,
            maximumPacket: network.options.maximumPacket)
        let gateways = network.isInternal ? [] : network.gateways.filter { !reached.contains($0.family) }
        var wall = FirewalledPort(
            name: port.hostName, bridge: port.bridge, hardware: address, addresses: leases.map(\.address))
        wall.isPinned = network.options.pinsAddresses
        wall.isSeparate = !network.connectsContainers
        return NetworkPlace(
            network: network, port: port,
            settings: InterfaceSettings(name: interface, addresses: leases, gateways: gateways),
            endpoint: NetworkEndpoint(
                network: network.name, networkID: network.id, interface: interface, hostInterface: port.hostName,
                hardwareAddress: address, addresses: leases, gateways: gateways, aliases: wish.aliases),
            wall: wall)
    }
}
