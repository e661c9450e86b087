// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux
internal import Networks

extension RunCommand {
    static var networks: FlagGroup<Options> {
        FlagGroup(
            "Network",
            [
                .list(
                    "network", aliases: ["net"], "none|host|NAME|container:NAME",
                    "Network: the loopback alone, one or several of 'network ls', or whose (bridge)",
                    NetworkChoice.init(parsing:)
                ) { $0.networks.append($1) },
                .list("network-alias", "NAME", "A further name of it on its network", NetworkArgument.alias) {
                    $0.networkAliases.append($1)
                },
                .text("ip", "ADDRESS", "Its IPv4 address on its network") { $0.address4 = $1 },
                .text("ip6", "ADDRESS", "Its IPv6 address on its network") { $0.address6 = $1 },
                .list(
                    "publish", short: "p", "[IP:][HOST-PORT:]PORT[/tcp|udp|sctp]",
                    "Lead a port of the host to one of it; a range to a range, or a free one of a range to one",
                    PortMapping.parsed
                ) { $0.published += $1 },
                .list(
                    "expose", "PORT[-PORT][/tcp|udp|sctp]", "A port that it listens on, for -P and for who inspects it",
                    PortMapping.parsedExposed
                ) { $0.exposed += $1 },
                .toggle("publish-all", short: "P", "Lead a free port of the host to each that it or its image exposes")
                {
                    $0.publishesAll = $1
                },
                .value(
                    "metadata", "open|closed",
                    "Whether it reads what clouds tell machines alone, at 169.254.169.254 (closed)",
                    MetadataAccess.init(parsing:)
                ) { $0.metadata = $1 },
                .list(
                    "network-opt", "host-access=BOOL",
                    "Whether it alone reaches services of the host (off)",
                    ContainerNetworkOption.init(parsing:)
                ) { $0.networkOptions.append($1) },
                .value(
                    "task-role", "NAME",
                    "Tell it the credentials in ROOT/roles/NAME.json, and nobody else, at 169.254.170.2",
                    RoleName.init(parsing:)
                ) { $0.taskRole = $1 },
                .text("mac-address", "ADDRESS", "The hardware address of its interface") { $0.hardwareAddress = $1 },
            ])
    }
}

extension RunCommand.Options {
    /// What the flags about networks say together.
    func applyNetworks(to request: inout ContainerRequest) throws(SyntaxError) {
        var found: [NetworkArgument] = []
        let choices = networks.isEmpty ? [try DefaultNetwork.choice()] : networks
        for choice in choices {
            switch choice {
            case .mode(let mode):
                guard choices.count == 1 else {
                    throw SyntaxError(
                        mode.description, "stands alone", "write --network \(mode) once, or networks' names")
                }
                request.network = mode
            case .network(let argument):
                guard !found.contains(where: { $0.name == argument.name }) else {
                    throw SyntaxError(argument.name, "is named twice", "write each network once")
                }
                found.append(argument)
            }
        }
        request.exposed = exposed
        request.taskRole = taskRole
        if found.isEmpty, !published.isEmpty || publishesAll {
            throw SyntaxError(
                publishesAll ? "-P" : "-p \(published[0])", "needs a network", "write --network bridge beside it")
        }
        guard var first = found.first else {
            guard
                let word = networkAliases.first ?? address4 ?? address6 ?? hardwareAddress
                    ?? metadata.map({ "--metadata \($0)" }) ?? networkOptions.first.map({ "--network-opt \($0)" })
            else { return }
            throw SyntaxError(word, "belongs to a network", "name one with --network")
        }
        first.aliases += networkAliases
        if let address4 { try first.add(address: address4, .v4) }
        if let address6 { try first.add(address: address6, .v6) }
        if let hardwareAddress { try first.set(hardwareAddress: hardwareAddress) }
        found[0] = first
        request.network = .network(first.name)
        request.networks = found
        request.ports = published
        request.publishesAll = publishesAll
        request.metadata = metadata
        request.networkOptions = try networkOptions.eachOnce()
    }
}
