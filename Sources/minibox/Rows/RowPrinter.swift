// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Templates

/// Prints the rows of a list in any format: what `--format` of `ps`, `images` and `volume ls` does.
struct RowPrinter: Sendable {
    /// The columns that are shown where no template says otherwise: names of fields.
    var columns: [String]
    /// The title of each field that a row can have.
    let titles: [(field: String, title: String)]

    /// The lines, each ending in a newline.
    func text(_ rows: [Row], _ format: RowFormat) throws(TemplateError) -> String {
        switch format {
        case .json: return rows.map { "\($0.json)\n" }.joined()
        case .table:
            var table = Table(columns.map(title), least: Self.leastWidth)
            for row in rows { table.add(columns.map { row[$0] }) }
            return table.text
        case .template(let template):
            var text = ""
            for row in rows {
                text += try template.text(of: .object(row.fields), methods: row.methods, json: row.json) + "\n"
            }
            return text
        case .columns(let template):
            let head = JSON.Object(titles.map { ($0.field, .string($0.title)) })
            var lines = [try template.text(of: .object(head), methods: ["Label": Self.labelTitle])]
            for row in rows {
                lines.append(try template.text(of: .object(row.fields), methods: row.methods, json: row.json))
            }
            let cells = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }.map {
                $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            }
            let width = cells.map(\.count).max() ?? 0
            let filled = cells.map { $0 + Array(repeating: "", count: width - $0.count) }
            var table = Table(filled[0], least: Self.leastWidth)
            for row in filled.dropFirst() { table.add(row) }
            return table.text
        }
    }

    /// Docker's columns are never narrower.
    private static let leastWidth = 10

    private func title(of field: String) -> String { titles.first { $0.field == field }?.title ?? field }

    /// The title of a column of labels: the last part of the key, in words.
    private static let labelTitle: Template.Method = { arguments in
        guard arguments.count == 1, let key = arguments[0].string else { return nil }
        let last = key.split(separator: ".", omittingEmptySubsequences: false).last ?? ""
        return .string(String(last.map { $0 == "-" || $0 == "_" ? " " : $0 }))
    }
}
