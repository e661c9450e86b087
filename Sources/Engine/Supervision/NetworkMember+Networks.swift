// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Names
internal import Networks

extension NetworkMember where Self: ~Copyable {
    /// Brings what the container has of networks in line with what it is asked to have from now on. A network that it cannot
    /// join leaves it as it was.
    mutating func follow(_ changed: ContainerRequest) throws(EngineError) {
        guard processID != nil, let record, case .network = changed.network else { return }
        do throws(NetworkError) {
            var wanted: [(id: String, wish: NetworkArgument)] = []
            for wish in changed.networks {
                // One that is gone by now is of no concern to who leaves another.
                if let network = try? engine.networks.find(wish.name) { wanted.append((network.id, wish)) }
            }
            for endpoint in record.endpoints where !wanted.contains(where: { $0.id == endpoint.networkID }) {
                try leave(endpoint)
            }
            for (id, wish) in wanted where !record.endpoints.contains(where: { $0.networkID == id }) {
                try enter(wish, changed)
            }
            try refreshNames(changed)
        } catch { throw EngineError(error) }
    }

    /// Finishes or takes back what a supervisor was killed over that was to join or leave a network.
    mutating func settleNetworks() {
        for endpoint in record?.endpoints ?? [] where (try? hasInterface(of: endpoint)) == false {
            try? leave(endpoint)
        }
        try? follow(request)
    }

    private func hasInterface(of endpoint: NetworkEndpoint) throws(SystemError) -> Bool {
        try InternetSocket.within(try namespace()) { () throws(SystemError) in
            try NetworkDevice.exists(endpoint.interface)
        }
    }

    private func guest(_ request: ContainerRequest) -> NetworkGuest {
        NetworkGuest(
            id: containerID, name: containerName, hostname: request.hostname, domainName: request.domainName,
            metadata: request.metadata, hostAccess: request.hostAccess)
    }

    private func namespace() throws(SystemError) -> Descriptor {
        guard let id = processID else { throw SystemError("setns", .noSuchProcess) }
        return try NamespaceFile(at: "/proc/\(id)/ns/net", kind: .network).take()
    }

    // MARK: - Joining

    private mutating func enter(_ wish: NetworkArgument, _ request: ContainerRequest) throws(NetworkError) {
        guard var record else { return }
        let place: NetworkPlace
        var taken = Claims()
        do throws(NetworkError) {
            let interface = try freeInterface(record)
            place = try engine.take(
                wish, as: interface, for: guest(request),
                reached: Set(record.endpoints.flatMap { $0.gateways.map(\.family) }), claims: &taken, isDryRun: false)
            var walls = engine.networks.walls(of: containerID)
            if let wall = place.wall { walls.ports.append(wall) }
            let admission = try engine.networks.admission(
                of: walls, on: place.wall == nil ? [] : [place.network], for: containerID, files: &taken.walls)
            // On disk before the kernel is asked, so that whoever comes after a kill takes it away.
            record.endpoints.append(place.endpoint)
            do throws(SystemError) {
                try Journal.append(
                    taken.files.map { .removeLink(path: $0, owner: containerID) }
                        + (taken.names + taken.walls).map { .removeFile(path: $0) },
                    in: runDirectory())
                try show(record)
            } catch {
                throw NetworkError(.store, place.network.name, "cannot write down a place on it", cause: error)
            }
            self.record = record
            try admission.perform()
        } catch {
            taken.giveBack(of: containerID)
            throw error
        }
        claims.files += taken.files
        claims.names += taken.names
        for file in taken.walls where !claims.walls.contains(file) { claims.walls.append(file) }
        do throws(SystemError) {
            let namespace = try namespace()
            try place.link.make(to: namespace)
            try InternetSocket.within(namespace) { () throws(SystemError) in try place.settings.apply() }
        } catch {
            try? leave(place.endpoint)
            throw NetworkError(
                .kernel, place.network.name,
                "cannot connect \(containerName) to "
                    + (place.network.options.parent.map { "the interface \($0)" }
                        ?? "the bridge \(place.network.bridgeName)"),
                cause: error)
        }
        changeHosts { lines in lines + request.ownHosts(hostname(request), place.endpoint) }
        engine.record(event: .network(place.network, "connect"))
    }

    /// The first that neither the record nor the kernel has.
    private func freeInterface(_ record: ContainerRecord) throws(NetworkError) -> String {
        do throws(SystemError) {
            let namespace = try namespace()
            return try InternetSocket.within(namespace) { () throws(SystemError) in
                var number = 0
                while true {
                    let name = "eth\(number)"
                    if !record.endpoints.contains(where: { $0.interface == name }), try !NetworkDevice.exists(name) {
                        return name
                    }
                    number += 1
                }
            }
        } catch {
            throw NetworkError(
                .kernel, containerName, "cannot look into the network of \(containerName)", cause: error)
        }
    }

    // MARK: - Leaving

    private mutating func leave(_ endpoint: NetworkEndpoint) throws(NetworkError) {
        guard var record else { return }
        do throws(SystemError) { try takeAway(endpoint) } catch {
            throw NetworkError(
                .kernel, endpoint.network, "cannot take \(containerName) off the network \(endpoint.network)",
                cause: error)
        }
        record.endpoints.removeAll { $0.networkID == endpoint.networkID }
        giveWayOut(in: &record)
        try changeWalls(without: endpoint, record)
        do throws(SystemError) { try show(record) } catch {
            throw NetworkError(.store, endpoint.network, "cannot write down that it was left", cause: error)
        }
        self.record = record
        let marks = engine.networks.claims(
            of: containerID, on: endpoint.networkID, endpoint.addresses.map(\.address))
        for link in marks.links { try? Undo.removeLink(path: link, owner: containerID).perform() }
        try? Undo.removeFile(path: marks.names).perform()
        claims.files.removeAll { marks.links.contains($0) }
        claims.names.removeAll { $0 == marks.names }
        let own = Set(request.ownHosts(hostname(request), endpoint))
        changeHosts { lines in lines.filter { !own.contains($0) } }
        if let network = try? engine.networks.find(endpoint.networkID) {
            engine.record(event: .network(network, "disconnect"))
        }
    }

    private func takeAway(_ endpoint: NetworkEndpoint) throws(SystemError) {
        if endpoint.isBehindHost { return try NetworkPort.remove(endpoint.hostInterface) }
        try InternetSocket.within(try namespace()) { () throws(SystemError) in
            try NetworkPort.remove(endpoint.interface)
        }
    }

    /// Where the network that was left was the way out, another one is.
    private func giveWayOut(in record: inout ContainerRecord) {
        for family in [InternetAddress.Family.v4, .v6]
        where !record.endpoints.contains(where: { $0.gateways.contains { $0.family == family } }) {
            for place in record.endpoints.indices {
                guard let network = try? engine.networks.find(record.endpoints[place].networkID), !network.isInternal,
                    let gateway = network.gateways.first(where: { $0.family == family }),
                    let namespace = try? namespace()
                else { continue }
                let settings = InterfaceSettings(
                    name: record.endpoints[place].interface, addresses: [], gateways: [gateway])
                guard (try? InternetSocket.within(namespace) { () throws(SystemError) in try settings.apply() }) != nil
                else { continue }
                record.endpoints[place].gateways.append(gateway)
                break
            }
        }
    }

    /// Forgets a port of a bridge, and leads the host's ports that led there to another address of the container's.
    private mutating func changeWalls(
        without endpoint: NetworkEndpoint, _ record: ContainerRecord
    ) throws(NetworkError) {
        var walls = engine.networks.walls(of: containerID)
        walls.ports.removeAll { $0.name == endpoint.hostInterface }
        let gone = endpoint.addresses.map(\.address)
        var lost: [FirewalledPublication] = []
        walls.publications = walls.publications.compactMap { publication in
            guard gone.contains(publication.target) else { return publication }
            let others = record.endpoints.lazy.filter(\.isBehindHost).compactMap {
                $0.address(publication.target.family)?.address
            }
            guard let other = others.first else {
                lost.append(publication)
                return nil
            }
            var moved = publication
            moved.target = other
            return moved
        }
        try NetworkStore.takeBack(lost)
        let admission = try engine.networks.admission(of: walls, on: [], for: containerID, files: &claims.walls)
        claims.walls = Array(Set(claims.walls))
        claims.publications = walls.publications
        try admission.perform()
    }
}
