// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks

/// What a container gets of the networks that it is on.
struct NetworkConnections: Sendable {
    var links: [NetworkLink] = []
    var interfaces: [InterfaceSettings] = []
    var endpoints: [NetworkEndpoint] = []
    /// What the firewall is to be told.
    var admission: NetworkAdmission?
}

extension Engine {
    var networks: NetworkStore { NetworkStore(root: places.root, runRoot: places.runRoot) }

    /// Gives the container a place on each network that was asked for. What is taken for it is in `claims` from then on,
    /// also where this fails.
    ///
    /// - Parameter ports: those of the host that are to lead to it.
    func connect(
        _ request: ContainerRequest, ports: [PortMapping] = [], _ container: borrowing ClaimedContainer,
        claims: inout Claims, isDryRun: Bool = false
    ) throws(EngineError) -> NetworkConnections {
        guard case .network = request.network else { return NetworkConnections() }
        // Of one that is started again they may be gone.
        if !request.isResolved { for link in request.names.links { _ = try containers.find(link.container) } }
        var result = NetworkConnections()
        var walls = ContainerWalls()
        var joined: [Network] = []
        do throws(NetworkError) {
            let guest = NetworkGuest(
                id: container.id, name: container.name, hostname: request.hostname, domainName: request.domainName,
                metadata: request.metadata, hostAccess: request.hostAccess)
            for (number, wish) in request.networks.enumerated() {
                // The way out is by the first network that has one.
                let place = try take(
                    wish, as: "eth\(number)", for: guest,
                    reached: Set(result.endpoints.flatMap { $0.gateways.map(\.family) }), publishes: !ports.isEmpty,
                    claims: &claims, isDryRun: isDryRun)
                result.links.append(place.link)
                result.interfaces.append(place.settings)
                result.endpoints.append(place.endpoint)
                guard let wall = place.wall else { continue }
                walls.ports.append(wall)
                joined.append(place.network)
            }
            if request.hostAccess == true, walls.ports.isEmpty {
                throw NetworkError(
                    .invalid, "host-access",
                    "--network-opt host-access=on opens nothing: the kernel lets nobody on a macvlan reach this machine"
                )
            }
            if !isDryRun { try publish(ports, result.endpoints, for: container.id, claims: &claims, &walls) }
            if !walls.ports.isEmpty {
                result.admission = try networks.admission(
                    of: walls, on: joined, for: container.id, files: &claims.walls)
            }
            claims.publications = walls.publications
        } catch {
            throw EngineError(error.withWayAround)
        }
        return result
    }
}

extension Engine {
    /// Takes the ports of the host that lead to the container's first address of each family.
    private func publish(
        _ wanted: [PortMapping], _ endpoints: [NetworkEndpoint], for container: String, claims: inout Claims,
        _ walls: inout ContainerWalls
    ) throws(NetworkError) {
        guard !wanted.isEmpty else { return }
        let addresses = endpoints.targets
        guard !addresses.isEmpty else {
            throw NetworkError(
                .invalid, "-p",
                "-p leads nowhere: on a macvlan the container has an address of its own, which others reach by itself")
        }
        let held = try HeldPorts(
            wanted, for: container, runRoot: places.runRoot,
            hasIPv6: addresses.contains { $0.family == .v6 })
        claims.files += held.files
        claims.ports = held
        for mapping in held.mappings {
            guard let port = mapping.hostPort else { continue }
            let former = walls.publications.count
            for target in addresses {
                // One of IPv6 leads to an address of IPv6.
                guard
                    let publication = FirewalledPublication(
                        address: mapping.hostAddress, mapping.transport, port: port, target: target,
                        targetPort: mapping.containerPort)
                else { continue }
                walls.publications.append(publication)
            }
            // What is relayed is led by nobody else.
            guard walls.publications.count > former || mapping.isRelayedAlone else {
                throw NetworkError(
                    .invalid, "\(mapping)",
                    "-p \(mapping): the container has no address of IPv6: make its network with --ipv6")
            }
        }
    }
}

extension [NetworkEndpoint] {
    /// Where ports of the host lead to: the first address of each family.
    var targets: [InternetAddress] {
        [InternetAddress.Family.v4, .v6].compactMap { family in
            lazy.filter(\.isBehindHost).compactMap { $0.address(family)?.address }.first
        }
    }
}

extension NetworkError {
    /// Says of what the kernel refuses how a container starts all the same, and who may keep it from this process.
    var withWayAround: NetworkError {
        guard code == .kernel else { return self }
        let lack = OuterContainer.lack.map { "; \($0): \(OuterContainer.remedy)" } ?? ""
        return NetworkError(
            code, subject, "\(self); a container that needs no network starts with --network none\(lack)")
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
