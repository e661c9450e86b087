// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox rm CONTAINER...`.
enum RemoveCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
        var isForced = false
        var removesVolumes = false
    }

    /// The table of `minibox rm`.
    static func table() -> Command<Options> {
        Command(
            "Remove containers", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }],
            flags: [
                .toggle("force", short: "f", "Kill those that run") { $0.isForced = $1 },
                .toggle("volumes", short: "v", "Remove the volumes that nobody named, too") { $0.removesVolumes = $1 },
            ])
    }
}
