// SPDX-License-Identifier: Apache-2.0

/// Rows of cells under titles, in columns; with a width, cells are wrapped to fit it.
struct TextTable {
    private let titles: [String]
    /// The columns that are numbers: as wide as they need to be, and right-aligned.
    private let numeric: Set<Int>
    private let widths: [Int]
    private static let gap = 2

    init(titles: [String], rows: [[String]], numeric: Set<Int>, width: Int?) {
        self.titles = titles
        self.numeric = numeric
        let natural = titles.indices.map { column in
            ([titles] + rows).map { $0[column].count }.max() ?? 0
        }
        widths = width.map { Self.fit(natural, fixed: numeric, in: $0) } ?? natural
    }

    /// Narrows the columns of words until they fit: none that needs no more than its share is narrowed.
    private static func fit(_ natural: [Int], fixed: Set<Int>, in width: Int) -> [Int] {
        var result = natural
        var open = natural.indices.filter { !fixed.contains($0) }
        var room = width - gap * (natural.count - 1) - fixed.map { natural[$0] }.reduce(0, +)
        while !open.isEmpty {
            let share = room / open.count
            let narrow = open.filter { natural[$0] <= share }
            if narrow.isEmpty {
                for (place, column) in open.enumerated() {
                    result[column] = share + (place < room - share * open.count ? 1 : 0)
                }
                return result
            }
            room -= narrow.map { natural[$0] }.reduce(0, +)
            open.removeAll { narrow.contains($0) }
        }
        return result
    }

    /// The titles.
    var header: [String] { lines(of: titles) }

    /// One row, on as many lines as its longest cell needs.
    func lines(of row: [String]) -> [String] {
        let cells = row.indices.map { Self.wrap(row[$0], to: widths[$0]) }
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { line in
            var text = ""
            for (column, cell) in cells.enumerated() {
                let part = line < cell.count ? cell[line] : ""
                let padding = String(repeating: " ", count: max(0, widths[column] - part.count))
                text += numeric.contains(column) ? padding + part : part + padding
                if column < cells.count - 1 { text += String(repeating: " ", count: Self.gap) }
            }
            while text.last == " " { text.removeLast() }
            return text
        }
    }

    /// The text in lines of at most `width` characters, broken between words where that is possible.
    private static func wrap(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if !line.isEmpty, line.count + 1 + word.count <= width {
                line += " " + word
                continue
            }
            if !line.isEmpty { lines.append(line) }
            var rest = word
            while rest.count > width {
                lines.append(String(rest.prefix(width)))
                rest = rest.dropFirst(width)
            }
            line = String(rest)
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }
}
