// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox rmi IMAGE...`, which is `minibox image rm`.
enum RemoveImageCommand {
    /// What its line says.
    struct Options: Sendable {
        var images: [String] = []
        var isForced = false
    }

    /// The table of `minibox rmi`.
    static func table() -> Command<Options> {
        Command(
            "Remove images", options: Options(),
            positionals: [.oneOrMore("IMAGE") { $0.images.append($1) }],
            flags: [
                .toggle("force", short: "f", "Remove one that has several names, by its id") { $0.isForced = $1 },
                .fixed("no-prune", false, "an image has no parents that are kept for it", "leave it out"),
            ])
    }
}
