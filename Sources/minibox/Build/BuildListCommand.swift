// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine

/// `minibox build ls`.
enum BuildListCommand {
    /// What its line says.
    struct Options: Sendable {
        var showsIDsOnly = false
        var format = OutputFormat.table
    }

    /// The table of `minibox build ls`.
    static func table() -> Command<Options> {
        Command(
            "List builds, the youngest first",
            discussion: ["The logs of the last \(BuildLogs.kept) are kept: see 'minibox build logs'."],
            options: Options(),
            flags: [
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints the builds.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let records = try BuildLogs(store: try globals.engine.places.root).list()
        if options.showsIDsOnly {
            try Minibox.show(records.map { $0.id + "\n" }.joined())
            return 0
        }
        switch options.format {
        case .json: try Minibox.show(records.map { "\($0.json)\n" }.joined())
        case .table: try Minibox.show(text(of: records))
        }
        return 0
    }

    /// A row each.
    static func text(of records: [BuildRecord]) -> String {
        var table = Table(["BUILD ID", "NAME", "STATUS", "STEPS", "CACHED", "CREATED", "DURATION"])
        for record in records {
            let status = record.exitCode.map { "\(record.state.rawValue) (\($0))" } ?? record.state.rawValue
            table.add([
                record.id, record.tags.first ?? record.context, status, "\(record.steps.count)",
                "\(record.cachedCount)", String(record.created.prefix(19)), record.duration.map(seconds) ?? "",
            ])
        }
        return table.text
    }

    /// `1.2s`, and below a tenth of a second `0.012s`.
    static func seconds(_ seconds: Double) -> String {
        let milliseconds = Int(max(0, min(seconds, 1e9)) * 1000)
        if milliseconds >= 100 { return "\(milliseconds / 1000).\(milliseconds / 100 % 10)s" }
        return "0.0\(milliseconds < 10 ? "0" : "")\(milliseconds)s"
    }
}
