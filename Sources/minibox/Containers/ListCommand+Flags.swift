// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox ps`, which is `minibox container ls`.
enum ListCommand {
    /// What its line says.
    struct Options: Sendable {
        var showsAll = false
        var showsIDsOnly = false
        var isUntruncated = false
        var format = OutputFormat.table
    }

    /// The table of `minibox ps`.
    static func table() -> Command<Options> {
        Command(
            "List containers", options: Options(),
            flags: [
                .toggle("all", short: "a", "List those that have ended as well") { $0.showsAll = $1 },
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .toggle("no-trunc", "Print ids and commands in full") { $0.isUntruncated = $1 },
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }
}
