// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux

/// `minibox build prune`, which is `minibox builder prune`.
enum BuildPruneCommand {
    /// What its line says.
    struct Options: Sendable {
        var removesAll = false
        var isForced = false
        var kept: ByteCount?
        var age: DurationValue?
    }

    /// The table of `minibox build prune`.
    static func table() -> Command<Options> {
        Command(
            "Remove what the build cache alone has",
            discussion: [
                "Steps whose layers an image has too stay in the cache, since nothing is gained by forgetting them; with "
                    + "--all they go as well, and the next build does every step."
            ],
            options: Options(),
            flags: [
                .toggle("all", short: "a", "Forget all steps") { $0.removesAll = $1 },
                .toggle("force", short: "f", "Do not ask") { $0.isForced = $1 },
                .value(
                    "keep-storage", aliases: ["max-used-space"], "BYTES", "Keep this much of what was used last",
                    ByteCount.init(parsing:)
                ) { $0.kept = $1 },
                .value("filter", "until=DURATION", "Keep what a build used since then, as in until=24h", age) {
                    $0.age = $1
                },
            ])
    }

    private static func age(_ text: String) throws(SyntaxError) -> DurationValue {
        guard text.hasPrefix("until=") else {
            throw SyntaxError(text, "is no filter of a cache", "write until=DURATION, as in until=24h")
        }
        let value = try DurationValue(parsing: String(text.dropFirst(6)))
        if value.nanoseconds < 0 { throw SyntaxError(text, "is in the future", "write until=24h for a day ago") }
        return value
    }

    /// Removes it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if !options.isForced {
            guard try Confirmation.isGiven(for: [what(all: options.removesAll)]) else { return 0 }
        }
        let since = options.age.map { age in
            FileTime(seconds: Clock.wall.seconds - age.nanoseconds / 1_000_000_000, nanoseconds: 0)
        }
        let engine = try globals.engine
        let pruning = try engine.images().pruneCache(
            all: options.removesAll, unusedSince: since, keeping: options.kept.map { Int64($0.bytes) })
        engine.record(Action("build prune", .builder))
        try Minibox.show(pruning.text)
        return 0
    }

    static func what(all: Bool) -> String {
        all ? "the whole build cache" : "what the build cache alone has"
    }
}
