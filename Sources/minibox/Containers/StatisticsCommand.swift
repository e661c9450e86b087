// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux
internal import OCI
internal import Templates

/// `minibox stats [CONTAINER...]`.
enum StatisticsCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
        var showsAll = false
        var showsOnce = false
        var isUntruncated = false
        var format = RowFormat.table
    }

    /// The table of `minibox stats`.
    static func table() -> Command<Options> {
        Command(
            "Show what containers use",
            discussion: ["Where the host does not count something for containers, -- stands for it."],
            options: Options(), positionals: [.anyNumber("CONTAINER") { $0.containers.append($1) }],
            flags: [
                .toggle("all", short: "a", "Show those that do not run as well") { $0.showsAll = $1 },
                .toggle("no-stream", "Show it once, and end") { $0.showsOnce = $1 },
                .toggle("no-trunc", "Print ids in full") { $0.isUntruncated = $1 },
                .value(
                    "format", "table|json|TEMPLATE", "Print a table, JSON, or what a template makes, as {{.CPUPerc}}",
                    RowFormat.init(parsing:)
                ) { $0.format = $1 },
            ])
    }

    /// Shows it again and again, every second, on a terminal at the same place.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        var former = try engine.use(of: options.containers, all: options.showsAll)
        while true {
            Clock.sleep(milliseconds: options.showsOnce ? 500 : 1000)
            let now = try engine.use(of: options.containers, all: options.showsAll)
            let rows = now.map { use in UseRow(use, former: former.first { $0.record.id == use.record.id }) }
            let text = try text(of: rows, options)
            if options.showsOnce {
                try Minibox.show(text)
                return 0
            }
            try Minibox.show(StandardStream.output.isTerminal ? "\u{1B}[2J\u{1B}[H" + text : text)
            former = now
        }
    }

    /// The fields that a template has, and the titles of its columns: docker's.
    private static let titles = [
        ("Container", "CONTAINER ID"), ("Name", "NAME"), ("ID", "CONTAINER ID"), ("CPUPerc", "CPU %"),
        ("MemUsage", "MEM USAGE / LIMIT"), ("NetIO", "NET I/O"), ("BlockIO", "BLOCK I/O"), ("MemPerc", "MEM %"),
        ("PIDs", "PIDS"),
    ]

    /// The rows as a table, a line of JSON each, or what a template makes of them.
    static func text(of rows: [UseRow], _ options: Options) throws(TemplateError) -> String {
        switch options.format {
        case .json: return rows.map { "\($0.json(isUntruncated: options.isUntruncated))\n" }.joined()
        case .template, .columns:
            let printer = RowPrinter(columns: [], titles: titles.map { (field: $0.0, title: $0.1) })
            return try printer.text(
                rows.map { row in
                    let json = row.json(isUntruncated: options.isUntruncated)
                    return Row(titles.map { ($0.0, json[$0.0]?.string ?? "") })
                }, options.format)
        case .table: break
        }
        var table = Table([
            "CONTAINER ID", "NAME", "CPU %", "MEM USAGE / LIMIT", "MEM %", "NET I/O", "BLOCK I/O", "PIDS",
        ])
        for row in rows {
            table.add([
                options.isUntruncated ? row.id : String(row.id.prefix(12)), row.name, row.processors, row.memory,
                row.memoryShare, row.network, row.disks, row.processes,
            ])
        }
        return table.text
    }
}
