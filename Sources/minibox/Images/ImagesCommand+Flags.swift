// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox images`, which is `minibox image ls`.
enum ImagesCommand {
    /// What its line says.
    struct Options: Sendable {
        /// A name to list alone.
        var name: String?
        var showsIDsOnly = false
        var showsDigests = false
        var isUntruncated = false
        var format = OutputFormat.table
    }

    /// The table of `minibox images`.
    static func table() -> Command<Options> {
        Command(
            "List images", options: Options(), positionals: [.optional("NAME[:TAG]") { $0.name = $1 }],
            flags: [
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .toggle("digests", "Print digests as well") { $0.showsDigests = $1 },
                .toggle("no-trunc", "Print ids in full") { $0.isUntruncated = $1 },
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }
}
