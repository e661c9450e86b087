// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Networks
internal import OCI

extension Engine {
    /// Puts a container on another network: at once where it runs, and at its next starts.
    /// - Parameter links: names that it alone has for others.
    public func connect(
        _ text: String, to wish: NetworkArgument, links: [LinkArgument] = []
    ) throws(EngineError) {
        let network = try network(wish.name)
        guard !network.standsAlone else {
            throw EngineError(
                .invalid,
                "a container is on \(network.name) from its start or never: write 'run --network \(network.name)'")
        }
        let record = try changeable(text)
        var request = try ContainerRequest(of: record)
        guard case .network = request.network else {
            throw EngineError(
                .invalid,
                "the container \(record.name) was made with --network \(request.network), which stands alone: make it again "
                    + "with --network NAME")
        }
        guard try place(of: network, in: request) == nil else {
            throw EngineError(.invalid, "the container \(record.name) is on the network \(network.name) already")
        }
        if network.isBuiltIn, let link = links.first {
            throw EngineError(.invalid, "--link \(link): containers have no names on the network bridge")
        }
        var wish = wish
        wish.name = network.name
        request.networks.append(wish)
        for link in links {
            let id = try containers.find(link.container).id
            do throws(SyntaxError) {
                request.names.links.append(try LinkArgument(parsing: "\(id):\(link.alias)"))
            } catch {
                throw EngineError(.invalid, "\(error)")
            }
        }
        try amend(record, Amendment(networksOf: request))
        if !containers.isSupervised(record.id) { self.record(event: .network(network, "connect")) }
        self.record(Action("network connect", record, to: network.name))
    }

    /// Takes a container off a network: at once where it runs, and for its next starts.
    /// - Parameter isForced: whether it is no error where it is not on it, or there is no such thing.
    public func disconnect(_ text: String, from name: String, isForced: Bool) throws(EngineError) {
        do throws(EngineError) {
            let network = try network(name)
            let record = try changeable(text)
            var request = try ContainerRequest(of: record)
            guard let place = try place(of: network, in: request) else {
                throw EngineError(.missing, "the container \(record.name) is not on the network \(network.name)")
            }
            request.networks.remove(at: place)
            if let first = request.networks.first { request.network = .network(first.name) }
            try amend(record, Amendment(networksOf: request))
            if !containers.isSupervised(record.id) { self.record(event: .network(network, "disconnect")) }
            self.record(Action("network disconnect", record, to: network.name))
        } catch {
            guard isForced, error.code == .missing || error.code == .unknownContainer else { throw error }
        }
    }

    /// The container of that name, with what it was asked to be, which a command in the foreground writes down after a moment.
    private func changeable(_ text: String) throws(EngineError) -> ContainerRecord {
        let record = settled(try containers.find(text))
        // It is stopped, or has no room to.
        if record.request.isNull { _ = try control(of: record) }
        return record
    }

    /// Where in a request a network is named, by its name or its id.
    private func place(of network: Network, in request: ContainerRequest) throws(EngineError) -> Int? {
        request.networks.firstIndex { wish in
            wish.name == network.name || (try? networks.find(wish.name))?.id == network.id
        }
    }
}
