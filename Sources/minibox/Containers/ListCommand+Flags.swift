// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox ps`, which is `minibox container ls`.
enum ListCommand {
    /// What its line says.
    struct Options: Sendable {
        var showsAll = false
        var showsIDsOnly = false
        var isUntruncated = false
        /// How many of the youngest; nil for all that run.
        var last: Int?
        var showsLatest = false
        var showsSizes = false
        var filters: [ContainerFilter] = []
        var format = RowFormat.table
    }

    /// The table of `minibox ps`.
    static func table() -> Command<Options> {
        Command(
            "List containers",
            discussion: [
                "A filter is id=, name=, label=KEY[=VALUE], status=, exited=CODE, ancestor=IMAGE, before=CONTAINER, "
                    + "since=CONTAINER, volume=, network=, publish=PORT, expose=PORT, health= or is-task=BOOL. Of filters "
                    + "with one key any is enough, but for labels, which all have to hold."
            ], options: Options(),
            flags: [
                .toggle("all", short: "a", "List those that do not run as well") { $0.showsAll = $1 },
                .list(
                    "filter", short: "f", "KEY=VALUE",
                    "Those with id=, name=, label=, status=, ancestor=, volume= or another of the above",
                    ContainerFilter.init(parsingForList:)
                ) { $0.filters.append($1) },
                .value("last", short: "n", "NUMBER", "List the NUMBER that were created last, in any state", count) {
                    $0.last = $1
                },
                .toggle("latest", short: "l", "List the one that was created last, in any state") {
                    $0.showsLatest = $1
                },
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .toggle("size", short: "s", "Print what their files take as well") { $0.showsSizes = $1 },
                .toggle("no-trunc", "Print ids and commands in full") { $0.isUntruncated = $1 },
                .value(
                    "format", "table|json|TEMPLATE",
                    "Print a table, JSON, or what a template makes of each, as {{.ID}}; 'table TEMPLATE' has titles",
                    RowFormat.init(parsing:)
                ) { $0.format = $1 },
            ])
    }
}

/// Reads how many; -1 for all.
private func count(_ text: String) throws(SyntaxError) -> Int? {
    guard let number = Int(text), number > 0 || number == -1 else {
        throw SyntaxError(text, "is no number of containers", "write 1 or more, or -1 for all")
    }
    return number < 0 ? nil : number
}
