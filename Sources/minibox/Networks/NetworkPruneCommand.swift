// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox network prune`.
enum NetworkPruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var isForced = false
        var filters: [NetworkFilter] = []
    }

    /// The table of `minibox network prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove networks that no container is to be on, whether it runs or not", options: Options(),
            flags: [
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .list(
                    "filter", "KEY=VALUE", "Those with label=KEY[=VALUE], or without: label!=KEY",
                    NetworkFilter.init(parsingForPrune:)
                ) { $0.filters.append($1) },
            ])
    }

    /// Removes them.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if !options.isForced {
            guard try Confirmation.isGiven(for: ["all networks that no container is to be on"]) else { return 0 }
        }
        try Minibox.show(try globals.engine.pruneNetworks(options.filters).map { "Removed: \($0)\n" }.joined())
        return 0
    }
}
