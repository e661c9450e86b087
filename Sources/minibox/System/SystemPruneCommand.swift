// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox system prune`.
enum SystemPruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var removesAll = false
        var isForced = false
        var removesVolumes = false
        var filters: [Filter] = []
    }

    /// What is to be removed, as a filter of each kind of thing; a volume has no moment.
    struct Filter: Sendable {
        var container: ContainerFilter
        var image: ImageFilter
        var volume: VolumeFilter?

        init(parsing text: String) throws(SyntaxError) {
            container = try ContainerFilter(parsingForPrune: text)
            image = try ImageFilter(parsingForPrune: text)
            volume = text.hasPrefix("until=") ? nil : try VolumeFilter(parsingForPrune: text)
        }
    }

    /// The table of `minibox system prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove containers that have ended, images without a name, and the build cache", options: Options(),
            flags: [
                .toggle("all", short: "a", "Remove all images that no container was made from, too") {
                    $0.removesAll = $1
                },
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .toggle("volumes", "Remove volumes that nobody named and no container uses, too") {
                    $0.removesVolumes = $1
                },
                .list(
                    "filter", "KEY=VALUE",
                    "Those with label=KEY[=VALUE], label!=KEY[=VALUE] or until=MOMENT; then the build cache stays",
                    Filter.init(parsing:)
                ) { $0.filters.append($1) },
            ])
    }

    /// Removes them; a container that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let volumeFilters = options.filters.compactMap(\.volume)
        guard !options.removesVolumes || volumeFilters.count == options.filters.count else {
            throw EngineError(.invalid, "--volumes and --filter until= exclude each other: a volume is of no moment")
        }
        let choice = options.filters.isEmpty ? "" : ", of those chosen"
        if !options.isForced {
            let volumes = options.removesVolumes ? [VolumePruneCommand.what(all: false)] : []
            let what =
                volumes + ["all containers that have ended", ImagePruneCommand.what(all: options.removesAll)]
                + (options.filters.isEmpty ? [BuildPruneCommand.what(all: options.removesAll)] : [])
            guard try Confirmation.isGiven(for: what.map { $0 + choice }) else { return 0 }
        }
        let engine = try globals.engine
        defer { engine.giveBackSpace() }
        let before = try engine.usage()
        var code: Int32 = 0
        for record in try engine.list(all: true, filters: options.filters.map(\.container), last: nil) {
            guard case .exited = record.state else { continue }
            do {
                try engine.remove(record.id, force: false)
                try Minibox.show("Removed: \(record.name)\n")
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        var volumes = VolumePruning()
        if options.removesVolumes {
            volumes = try engine.pruneVolumes(all: false, volumeFilters)
            try Minibox.show(volumes.text)
        }
        var pruning = try engine.pruneImages(all: options.removesAll, options.filters.map(\.image))
        if options.filters.isEmpty {
            let cache = try engine.images().pruneCache(all: options.removesAll)
            pruning.cache = cache.cache
            pruning.reclaimed += cache.reclaimed
        }
        engine.record(Action("system prune", .image))
        pruning.reclaimed += volumes.reclaimed
        let left = try engine.usage()
        pruning.reclaimed += max(
            0, before.containers.reduce(0) { $0 + $1.size } - left.containers.reduce(0) { $0 + $1.size })
        try Minibox.show(pruning.text)
        return code
    }
}
