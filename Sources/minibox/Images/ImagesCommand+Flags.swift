// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox images`, which is `minibox image ls`.
enum ImagesCommand {
    /// What its line says.
    struct Options: Sendable {
        /// A name to list alone.
        var name: String?
        var showsIDsOnly = false
        var showsDigests = false
        var isUntruncated = false
        var filters: [ImageFilter] = []
        var format = RowFormat.table
    }

    /// The table of `minibox images`.
    static func table() -> Command<Options> {
        Command(
            "List images", options: Options(), positionals: [.optional("NAME[:TAG]") { $0.name = $1 }],
            flags: [
                .list(
                    "filter", short: "f", "KEY=VALUE",
                    "Those with dangling=BOOL, label=KEY[=VALUE], reference=PATTERN, before= or since=IMAGE, until=MOMENT",
                    ImageFilter.init(parsing:)
                ) { $0.filters.append($1) },
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .toggle("digests", "Print digests as well") { $0.showsDigests = $1 },
                .toggle("no-trunc", "Print ids in full") { $0.isUntruncated = $1 },
                .value(
                    "format", "table|json|TEMPLATE",
                    "Print a table, JSON, or what a template makes of each, as {{.ID}}; 'table TEMPLATE' has titles",
                    RowFormat.init(parsing:)
                ) { $0.format = $1 },
                .fixed("all", short: "a", true, "no image is hidden", "leave it out"),
            ])
    }
}
