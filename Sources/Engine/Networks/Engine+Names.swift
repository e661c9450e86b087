// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Names

extension Engine {
    /// What a container with these places is told of names.
    func nameSetting(
        of name: String, _ endpoints: [NetworkEndpoint], _ request: ContainerRequest
    ) -> NameSetting {
        var setting = NameSetting(
            container: name, networks: networks, networkIDs: endpoints.map(\.networkID),
            chosenServers: request.names.servers)
        setting.links = request.names.links.map { link in
            // By its id, which is one of its names, and stays when it is renamed.
            (link.alias, String(((try? containers.find(link.container).id) ?? link.container).prefix(12)))
        }
        return setting
    }

    /// The run directory of the container whose network another one shares, where it does.
    func networkHolder(of request: ContainerRequest) throws(EngineError) -> String? {
        guard case .container(let name) = request.network else { return nil }
        return "\(containers.runDirectory)/\(try containers.find(name).id)"
    }

    /// Who answers the questions that arrive at the sockets which a start has made; nil where it has made none.
    func nameService(
        of started: inout Started, _ name: String, _ endpoints: [NetworkEndpoint], _ request: ContainerRequest
    ) throws(SystemError) -> NameService? {
        guard started.streams.has(Started.Slot.names) else { return nil }
        var sockets = DescriptorTable()
        sockets.put(try started.streams.take(Started.Slot.names), in: NameServer.Slot.datagrams)
        sockets.put(try started.streams.take(Started.Slot.nameStreams), in: NameServer.Slot.listener)
        return try NameService(sockets, NameAnswers(nameSetting(of: name, endpoints, request)))
    }
}
