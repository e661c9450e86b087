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
        /// What is shown in the place of rows; empty for rows.
        var parts: NamespaceView.Parts = []
        var drawsPicture = false
    }

    /// The table of `minibox ps`.
    static func table() -> Command<Options> {
        Command(
            "List containers",
            discussion: [
                "A filter is id=, name=, label=KEY[=VALUE], status=, exited=CODE, ancestor=IMAGE, before=CONTAINER, "
                    + "since=CONTAINER, volume=, network=, publish=PORT, expose=PORT, health= or is-task=BOOL. Of filters "
                    + "with one key any is enough, but for labels, which all have to hold.",
                "With --tree and --namespaces the format is table, json or svg; a template behind 'table' has titles.",
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
                .toggle("tree", "Show the processes of each as a tree, with the numbers on the host and inside") {
                    $0.show(.processes, $1)
                },
                .toggle("namespaces", "Show which namespaces each has, and who shares them") {
                    $0.show(.namespaces, $1)
                },
                .value(
                    "format", "table|json|svg|TEMPLATE",
                    "Print a table, JSON, or what a template makes of each, as {{.ID}}; svg draws --tree",
                    ListFormat.init(parsing:)
                ) { ($0.format, $0.drawsPicture) = ($1.rows, $1.isPicture) },
            ])
    }
}

extension ListCommand.Options {
    fileprivate mutating func show(_ part: NamespaceView.Parts, _ isWanted: Bool) {
        if isWanted { parts.insert(part) } else { parts.remove(part) }
    }
}

/// `--format` of `ps`.
private struct ListFormat {
    var rows = RowFormat.table
    var isPicture = false

    init(parsing text: String) throws(SyntaxError) {
        if text == "svg" { isPicture = true } else { rows = try RowFormat(parsing: text) }
    }
}

/// Reads how many; -1 for all.
private func count(_ text: String) throws(SyntaxError) -> Int? {
    guard let number = Int(text), number > 0 || number == -1 else {
        throw SyntaxError(text, "is no number of containers", "write 1 or more, or -1 for all")
    }
    return number < 0 ? nil : number
}
