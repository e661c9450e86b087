// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox image prune`.
enum ImagePruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var removesAll = false
        var isForced = false
        var filters: [ImageFilter] = []
    }

    /// The table of `minibox image prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove images that have no name", options: Options(),
            flags: [
                .toggle("all", short: "a", "Remove all that no container was made from") { $0.removesAll = $1 },
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .list(
                    "filter", "KEY=VALUE",
                    "Those with label=KEY[=VALUE], label!=KEY[=VALUE] or until=MOMENT, before which they were made",
                    ImageFilter.init(parsingForPrune:)
                ) { $0.filters.append($1) },
            ])
    }

    /// Removes them.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if !options.isForced {
            let chosen = options.filters.isEmpty ? "" : ", of those chosen"
            guard try Confirmation.isGiven(for: [what(all: options.removesAll) + chosen]) else { return 0 }
        }
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        let pruning = try engine.pruneImages(all: options.removesAll, options.filters)
        engine.record(Action("image prune", .image))
        try Minibox.show(pruning.text)
        return 0
    }

    static func what(all: Bool) -> String {
        all ? "all images that no container was made from" : "all images that have no name"
    }
}

extension Pruning {
    /// What was removed, a line each, and how much room that makes.
    var text: String {
        var text = ""
        for image in images {
            for reference in image.untagged { text += "Untagged: \(reference.familiar)\n" }
            if let id = image.deleted { text += "Deleted: \(id)\n" }
        }
        for record in cache { text += "Forgotten: \(cell(record.step, limit: 100))\n" }
        return text + "Reclaimed: \(ImagesCommand.size(reclaimed))\n"
    }
}
