// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox system df`.
enum SystemUsageCommand {
    /// What its line says.
    struct Options: Sendable {
        var isVerbose = false
        var format = OutputFormat.table
    }

    /// The table of `minibox system df`.
    static func table() -> Command<Options> {
        Command(
            "Show how much room images, containers, volumes and the build cache take", options: Options(),
            flags: [
                .toggle("verbose", short: "v", "List each of them") { $0.isVerbose = $1 },
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let usage = try globals.engine.usage()
        switch options.format {
        case .json:
            let lines = options.isVerbose ? usage.details : usage.kinds.map(\.json)
            try Minibox.show(lines.map { "\($0)\n" }.joined())
        case .table: try Minibox.show(options.isVerbose ? usage.verboseText : text(of: usage.kinds))
        }
        return 0
    }

    /// A row each, as docker has them.
    static func text(of kinds: [UsageKind]) -> String {
        var table = Table(["TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE"])
        for kind in kinds {
            let share = kind.size > 0 ? " (\(kind.reclaimable * 100 / kind.size)%)" : ""
            table.add([
                kind.name, "\(kind.total)", "\(kind.active)", ImagesCommand.size(kind.size),
                ImagesCommand.size(kind.reclaimable) + share,
            ])
        }
        return table.text
    }
}

/// What all things of a kind take together.
struct UsageKind: Sendable {
    var name: String
    var total = 0
    var active = 0
    var size: Int64
    var reclaimable: Int64

    fileprivate var json: JSON {
        .object(
            JSON.Object([
                ("Type", .string(name)), ("Total", JSON(total)), ("Active", JSON(active)), ("Size", .integer(size)),
                ("Reclaimable", .integer(reclaimable)),
            ]))
    }
}

extension DiskUsage {
    fileprivate var kinds: [UsageKind] {
        let ids = Set(store.images.map { "\($0.image.id)" })
        let ended = containers.filter { if case .exited = $0.container.state { true } else { false } }
        return [
            UsageKind(
                name: "Images", total: ids.count, active: ids.intersection(usedImages).count,
                size: store.imageLayers + store.archives, reclaimable: reclaimable),
            UsageKind(
                name: "Containers", total: containers.count, active: containers.count - ended.count,
                size: containers.reduce(0) { $0 + $1.size }, reclaimable: ended.reduce(0) { $0 + $1.size }),
            UsageKind(
                name: "Local Volumes", total: volumes.count, active: volumes.count(where: \.isUsed),
                size: volumes.reduce(0) { $0 + $1.size },
                reclaimable: volumes.filter { !$0.isUsed }.reduce(0) { $0 + $1.size }),
            UsageKind(
                name: "Build Cache", total: store.cache.count, active: store.cache.count(where: \.isInImage),
                size: store.cacheOnly, reclaimable: store.cacheOnly),
        ] + (store.unused > 0 ? [UsageKind(name: "Left over", size: store.unused, reclaimable: store.unused)] : [])
    }

    /// A table of each kind.
    fileprivate var verboseText: String {
        var images = Table(["REPOSITORY", "TAG", "IMAGE ID", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS"])
        for use in store.images {
            images.add([
                use.image.reference?.familiarName ?? "<none>", use.image.reference?.tag ?? "<none>", use.image.id.short,
                ImagesCommand.size(use.sharedSize), ImagesCommand.size(use.uniqueSize),
                "\(containers.count { $0.container.imageID == "\(use.image.id)" })",
            ])
        }
        var running = Table(["CONTAINER ID", "IMAGE", "SIZE", "STATUS", "NAMES"])
        for use in containers {
            running.add([
                String(use.container.id.prefix(12)), use.container.image, ImagesCommand.size(use.size),
                use.container.status(now: Clock.wall), use.container.name,
            ])
        }
        var kept = Table(["VOLUME NAME", "LINKS", "SIZE"])
        for use in volumes { kept.add([use.volume.name, "\(use.containers)", ImagesCommand.size(use.size)]) }
        var cache = Table(["STEP", "SIZE", "CREATED", "IN AN IMAGE"])
        for use in store.cache {
            cache.add([
                cell(use.record.step, limit: 60), ImagesCommand.size(use.size), String(use.record.created.prefix(19)),
                use.isInImage ? "yes" : "no",
            ])
        }
        return "Images:\n\n\(images.text)\nContainers:\n\n\(running.text)\nLocal volumes:\n\n\(kept.text)"
            + "\nBuild cache:\n\n\(cache.text)"
    }

    /// An object of each thing.
    fileprivate var details: [JSON] {
        let images = store.images.map { use -> JSON in
            .object(
                JSON.Object([
                    ("Type", "Image"), ("ID", .string("\(use.image.id)")),
                    ("Name", use.image.reference.map { .string($0.familiar) } ?? .null),
                    ("SharedSize", .integer(use.sharedSize)), ("UniqueSize", .integer(use.uniqueSize)),
                ]))
        }
        let running = containers.map { use -> JSON in
            .object(
                JSON.Object([
                    ("Type", "Container"), ("ID", .string(use.container.id)), ("Name", .string(use.container.name)),
                    ("Size", .integer(use.size)),
                ]))
        }
        let kept = volumes.map { use -> JSON in
            .object(
                JSON.Object([
                    ("Type", "Volume"), ("Name", .string(use.volume.name)), ("Links", JSON(use.containers)),
                    ("Size", .integer(use.size)),
                ]))
        }
        let cache = store.cache.map { use -> JSON in
            .object(
                JSON.Object([
                    ("Type", "Build Cache"), ("Layer", .string("\(use.record.diffID)")),
                    ("Step", .string(use.record.step)), ("CreatedAt", .string(use.record.created)),
                    ("Size", .integer(use.size)), ("InImage", .bool(use.isInImage)),
                ]))
        }
        return images + running + kept + cache
    }
}
