// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

/// `minibox network connect`.
enum NetworkConnectCommand {
    /// What its line says.
    struct Options: Sendable {
        var network = ""
        var container = ""
        var aliases: [String] = []
        var links: [LinkArgument] = []
        var address4: String?
        var address6: String?
    }

    /// The table of `minibox network connect`.
    static func table() -> Command<Options> {
        Command(
            "Put a container on a network",
            discussion: ["One that runs has another interface at once; it is on the network at its next starts too."],
            options: Options(),
            positionals: [.required("NETWORK") { $0.network = $1 }, .required("CONTAINER") { $0.container = $1 }],
            flags: [
                .list("alias", "NAME", "A further name of it there", NetworkArgument.alias) { $0.aliases.append($1) },
                .text("ip", "ADDRESS", "Its IPv4 address there") { $0.address4 = $1 },
                .text("ip6", "ADDRESS", "Its IPv6 address there") { $0.address6 = $1 },
                .list(
                    "link", "NAME[:ALIAS]", "What it alone calls another container there", LinkArgument.init(parsing:)
                ) { $0.links.append($1) },
                .refused("link-local-ip", "belongs to what networks cannot do yet", "leave it out"),
                .refused(
                    "driver-opt", "is for drivers, and there is one without options of a container", "leave it out"),
                .refused("gw-priority", "orders ways out, and the first network is it", "name that network first"),
            ])
    }

    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var wish = NetworkArgument(name: options.network)
        wish.aliases = options.aliases
        if let text = options.address4 { try wish.add(address: text, .v4) }
        if let text = options.address6 { try wish.add(address: text, .v6) }
        let engine = try globals.engine
        do throws(EngineError) { try engine.connect(options.container, to: wish, links: options.links) } catch {
            Minibox.complain("\(error)")
            return 1
        }
        return 0
    }
}
