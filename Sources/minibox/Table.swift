// SPDX-License-Identifier: Apache-2.0

/// Rows for people: columns as wide as their widest cell, three spaces between them.
struct Table: Sendable {
    private var rows: [[String]]
    private let least: Int

    /// Columns are at least as wide as `least`, the spaces between them included.
    init(_ titles: [String], least: Int = 0) {
        rows = [titles]
        self.least = least
    }

    /// Adds a row with as many cells as there are titles.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, each ending in a newline.
    var text: String {
        let widths = (rows.first ?? []).indices.map { column in
            max(least, (rows.map { $0[column].width }.max() ?? 0) + 3)
        }
        var text = ""
        for row in rows {
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column + 1 < row.count { line += String(repeating: " ", count: widths[column] - cell.width) }
            }
            while line.last == " " { line.removeLast() }
            text += line + "\n"
        }
        return text
    }
}

extension String {
    /// How many characters it has. Most cells are ASCII, where a byte is one, but for a line end of two.
    fileprivate var width: Int { utf8.allSatisfy { $0 < 0x80 && $0 != 0x0D } ? utf8.count : count }
}

/// `text` as a cell: in one line, without controls, and where it is longer than `limit` characters cut.
func cell(_ text: String, limit: Int = .max) -> String {
    var line = ""
    var hasBlank = false
    for character in text {
        if character.isWhitespace {
            hasBlank = !line.isEmpty
            continue
        }
        guard character.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else { continue }
        if hasBlank { line += " " }
        hasBlank = false
        line.append(character)
    }
    return line.count <= limit ? line : line.prefix(limit - 1) + "…"
}
