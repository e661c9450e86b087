// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox logs CONTAINER`.
enum LogsCommand {
    /// What its line says.
    struct Options: Sendable {
        var request = LogRequest()
        /// Whether a terminal gets control characters as they were written.
        var isRaw = false
    }

    /// The table of `minibox logs`.
    static func table() -> Command<Options> {
        Command(
            "Print what a container has written",
            discussion: [
                "What it wrote to its standard error goes to standard error. TIME is how long ago, as in 10m, a date "
                    + "as in 2026-11-21T10:02:03, in UTC where no zone is written, or seconds since 1970.",
                "A terminal is shown control characters, as \\x1b, and does not obey them; a file or a pipe gets what was "
                    + "written.",
            ],
            options: Options(),
            positionals: [.required("CONTAINER") { $0.request.container = $1 }],
            flags: [
                .toggle("follow", short: "f", "Go on until the container has ended") { $0.request.follows = $1 },
                .value("tail", short: "n", "NUMBER|all", "Begin with the last NUMBER lines", lineCount) {
                    $0.request.last = $1
                },
                .toggle("timestamps", short: "t", "Put the time before each line") { $0.request.showsTimes = $1 },
                .value("since", "TIME", "Leave out what is older", MomentArgument.init(parsing:)) {
                    $0.request.since = $1.time
                },
                .value("until", "TIME", "Leave out what is younger", MomentArgument.init(parsing:)) {
                    $0.request.until = $1.time
                },
                .toggle("details", "Put before each line what --log-opt repeats with it") {
                    $0.request.showsDetails = $1
                },
                .toggle("raw", "Let a terminal obey what the container has written") { $0.isRaw = $1 },
            ])
    }

    /// A number of lines; as docker has it, less than none is all.
    private static func lineCount(_ text: String) throws(SyntaxError) -> Int? {
        if text == "all" { return nil }
        guard let count = Int(text) else {
            throw SyntaxError(text, "is no number of lines", "write a number, as in 100, or all")
        }
        return count < 0 ? nil : count
    }
}
