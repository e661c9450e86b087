// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox container prune`.
enum ContainerPruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var isForced = false
        var filters: [ContainerFilter] = []
    }

    /// The table of `minibox container prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove containers that do not run", options: Options(),
            flags: [
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .list(
                    "filter", "KEY=VALUE",
                    "Those with label=KEY[=VALUE], label!=KEY[=VALUE] or until=MOMENT, before which they were created",
                    ContainerFilter.init(parsingForPrune:)
                ) { $0.filters.append($1) },
            ])
    }

    /// Removes them; one that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let chosen = options.filters.isEmpty ? "all" : "the chosen"
        if !options.isForced {
            guard try Confirmation.isGiven(for: ["\(chosen) containers that do not run"]) else { return 0 }
        }
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        var code: Int32 = 0
        var reclaimed: Int64 = 0
        for record in try engine.list(all: true, filters: options.filters, last: nil) where !record.isLive {
            do {
                let size = try engine.sizes(of: [record])[record.id]?.own ?? 0
                try engine.remove(record.id, force: false)
                reclaimed += size
                try Minibox.show("Removed: \(record.name)\n")
            } catch {
                // One that was started meanwhile is wanted; another one may have removed it.
                if let error = error as? EngineError, [.running, .unknownContainer].contains(error.code) { continue }
                Minibox.complain("\(error)")
                code = 1
            }
        }
        try Minibox.show("Reclaimed: \(ImagesCommand.size(reclaimed))\n")
        return code
    }
}
