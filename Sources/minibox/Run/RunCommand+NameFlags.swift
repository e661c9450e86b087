// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

extension RunCommand {
    static var names: FlagGroup<Options> {
        FlagGroup(
            "Names",
            [
                .list("dns", "ADDRESS", "A server to ask for names (the host's)", NameChoices.server) {
                    $0.names.servers.append($1)
                },
                .list(
                    "dns-search", "DOMAIN", "A domain to try behind names; '.' for none (the host's)", NameChoices.word
                ) {
                    $0.names.searches.append($1)
                },
                .list(
                    "dns-option", aliases: ["dns-opt"], "OPTION", "An option of /etc/resolv.conf (the host's)",
                    NameChoices.word
                ) { $0.names.options.append($1) },
                .list(
                    "add-host", "NAME:ADDRESS", "Add a line to /etc/hosts; host-gateway is the host's address",
                    HostArgument.init(parsingWithGateway:)
                ) { $0.names.hosts.append($1) },
                .list(
                    "link", "NAME[:ALIAS]", "What it alone calls another container on its network",
                    LinkArgument.init(parsing:)
                ) { $0.names.links.append($1) },
            ])
    }
}

extension RunCommand.Options {
    /// What the flags about names say, beside those about networks.
    func applyNames(to request: inout ContainerRequest) throws(SyntaxError) {
        if case .container(let name) = request.network, names != NameChoices() {
            throw SyntaxError(
                "--network container:\(name)", "shares that container's names as well",
                "leave --dns, --add-host and --link out, or give them to \(name)")
        }
        if let link = names.links.first, !request.networks.contains(where: { $0.name != "bridge" }) {
            throw SyntaxError(
                "--link \(link)", "needs a network where containers have names",
                "make one with 'minibox network create', and put both on it")
        }
        request.names = names
    }
}
