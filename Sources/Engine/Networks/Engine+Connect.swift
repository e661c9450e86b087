// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks

/// What a container gets of the networks that it is on.
struct NetworkConnections: Sendable {
    var ports: [NetworkPort] = []
    var interfaces: [InterfaceSettings] = []
    var endpoints: [NetworkEndpoint] = []
}

extension Engine {
    var networks: NetworkStore { NetworkStore(root: places.root, runRoot: places.runRoot) }

    /// Gives the container a place on each network that was asked for. What is taken for it is in `claims` from then on,
    /// also where this fails.
    func connect(
        _ request: ContainerRequest, _ container: borrowing ClaimedContainer, claims: inout Claims, isDryRun: Bool
    ) throws(EngineError) -> NetworkConnections {
        guard case .network = request.network else { return NetworkConnections() }
        var result = NetworkConnections()
        do throws(NetworkError) {
            for (number, wish) in request.networks.enumerated() {
                let network = try networks.find(wish.name)
                if !isDryRun { try networks.bringUp(network) }
                let leases = try networks.lease(
                    network, wanted: wish.addresses, for: container.id, files: &claims.files)
                let interface = "eth\(number)"
                let address = wish.hardwareAddress ?? HardwareAddress(of: leases[0].address)
                let port = NetworkPort(
                    bridge: network.bridgeName, hostName: NetworkStore.newPortName(), name: interface,
                    hardwareAddress: address, isIsolated: !network.connectsContainers,
                    maximumPacket: network.options.maximumPacket)
                // The way out is by the first network that has one.
                let gateways =
                    network.isInternal
                    ? []
                    : network.gateways.filter { gateway in
                        !result.interfaces.contains { $0.gateways.contains { $0.family == gateway.family } }
                    }
                result.ports.append(port)
                result.interfaces.append(InterfaceSettings(name: interface, addresses: leases, gateways: gateways))
                result.endpoints.append(
                    NetworkEndpoint(
                        network: network.name, networkID: network.id, interface: interface,
                        hostInterface: port.hostName, hardwareAddress: address, addresses: leases, gateways: gateways,
                        aliases: wish.aliases))
            }
        } catch {
            throw EngineError(error)
        }
        return result
    }
}

extension EngineError {
    /// A failure of a network, in a command about containers.
    init(_ error: NetworkError) {
        switch error.code {
        case .unknownNetwork: self.init(.missing, "\(error)")
        case .invalid, .nameTaken, .inUse: self.init(.invalid, "\(error)")
        case .noAddress, .portTaken, .kernel: self.init(.start, "\(error)")
        case .store: self.init(.store, "\(error)")
        }
    }
}
