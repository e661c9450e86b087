// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox cp SOURCE DESTINATION`.
enum CopyCommand {
    /// What its line says.
    struct Options: Sendable {
        var request = CopyRequest()
        /// nil for: where nobody looks on.
        var isQuiet: Bool?
    }

    /// The table of `minibox cp`.
    static func table() -> Command<Options> {
        Command(
            "Copy files between a container and the host",
            discussion: [
                "One of the two is CONTAINER:PATH, the other a PATH of the host's, or - for a tar archive at standard "
                    + "input or output. A path of the host's with a colon in it is written with ./ before it.",
                "A directory is copied into one that is there, and to a name that is not; with /. behind it, what is in "
                    + "it is copied.",
            ],
            options: Options(),
            positionals: [
                .required("SOURCE", CopyArgument.init(parsing:)) { $0.request.source = $1 },
                .required("DESTINATION", CopyArgument.init(parsing:)) { $0.request.destination = $1 },
            ],
            flags: [
                .toggle("archive", short: "a", "Keep who owns what; otherwise all is root's") {
                    $0.request.keepsOwners = $1
                },
                .toggle("follow-link", short: "L", "Copy what SOURCE leads to, where it is a link") {
                    $0.request.followsLink = $1
                },
                .toggle("quiet", short: "q", "Do not say on a terminal what was copied") { $0.isQuiet = $1 },
            ])
    }
}
