// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// `list`.
enum ListVerb {
    struct Options: Sendable {
        var format = Format.table
        var isQuiet = false
    }
    enum Format: String, Sendable { case table, json }

    static let verb = Verb(
        name: "list", group: .show, words: "", count: 0...0, summary: "List the containers", options: Options(),
        flags: [
            .value("format", "f", "table|json", "The form of the list (table)") {
                (options, text) throws(UsageError) in
                guard let format = Format(rawValue: text) else {
                    throw UsageError("--format is table or json, not '\(text)'")
                }
                options.format = format
            },
            .toggle("quiet", "q", "Show only ids") { $0.isQuiet = $1 },
        ], perform: perform)

    private static func perform(
        _ options: Options, _: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let reports = try session.runtime().reports()
        if options.isQuiet {
            try session.show(reports.map { "\($0.id)\n" }.joined())
        } else {
            switch options.format {
            case .json: try session.show("\(JSON.array(reports.map(\.json)))\n")
            case .table: try session.show(table(reports))
            }
        }
        return 0
    }

    private static func table(_ reports: [ContainerReport]) -> String {
        let rows =
            [["ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER"]]
            + reports.map { [$0.id, "\($0.process)", $0.status.rawValue, $0.bundle, $0.created, $0.owner] }
        // As tabwriter of Go lays it out: at least 12 columns, and one space between.
        let widths = rows[0].indices.map { column in max(12, (rows.map { $0[column].utf8.count }.max() ?? 0) + 1) }
        return rows.map { row in
            row.enumerated().map { column, cell in
                column == row.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.utf8.count)
            }.joined() + "\n"
        }.joined()
    }
}
