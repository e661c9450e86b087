// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox volume prune`.
enum VolumePruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var removesAll = false
        var isForced = false
        var filters: [VolumeFilter] = []
    }

    /// The table of `minibox volume prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove volumes that nobody named and no container uses", options: Options(),
            flags: [
                .toggle("all", short: "a", "Remove those with a name, too") { $0.removesAll = $1 },
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .list(
                    "filter", "KEY=VALUE", "Those with label=KEY[=VALUE], or without: label!=KEY; all=true is --all",
                    VolumeFilter.init(parsingForPrune:)
                ) { $0.filters.append($1) },
            ])
    }

    /// Removes them.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if !options.isForced {
            guard try Confirmation.isGiven(for: [what(all: options.removesAll)]) else { return 0 }
        }
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        let pruning = try engine.pruneVolumes(all: options.removesAll, options.filters)
        try Minibox.show(pruning.text + "Reclaimed: \(ImagesCommand.size(pruning.reclaimed))\n")
        return 0
    }

    static func what(all: Bool) -> String {
        all ? "all volumes that no container uses" : "all volumes that nobody named and no container uses"
    }
}

extension VolumePruning {
    /// What was removed, a line each.
    var text: String { removed.map { "Removed: \($0)\n" }.joined() }
}
