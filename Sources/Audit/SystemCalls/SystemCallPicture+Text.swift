// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension SystemCallPicture {
    /// A character for each call, in rows of 64 numbers, and the names of what is refused or hangs on arguments.
    public var text: String {
        let programs = lengths.map(String.init).joined(separator: " and ")
        var lines = [
            lengths.isEmpty
                ? "no filter: every call is let through"
                : "\(lengths.count == 1 ? "a filter" : "\(lengths.count) filters") of \(programs) instructions",
            "  + let through   : some arguments   - refused   ! kills   (blank: no such call)",
        ]
        for table in tables {
            lines.append(
                "\(table.architecture.label): \(table.count(.allowed)) let through, "
                    + "\(table.count(.byArguments)) with some arguments, \(table.count(.refused)) refused")
            lines += table.rows
            if table.architecture == tables.first?.architecture {
                lines += Self.names(table.calls.filter { $0.answer == .byArguments }, "with some arguments")
                lines += Self.names(table.calls.filter { $0.answer == .refused }, "refused")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func names(_ calls: [Call], _ title: String) -> [String] {
        guard !calls.isEmpty else { return [] }
        var lines = ["  \(title):"]
        var line = "   "
        for call in calls {
            if line.utf8.count + call.name.utf8.count > 99 {
                lines.append(line)
                line = "   "
            }
            line += " " + call.name
        }
        return lines + [line]
    }
}

extension SystemCallPicture.Table {
    /// `  64 +++:--  +++`: a row for each 64 numbers of which there is a call.
    var rows: [String] {
        var rows: [String] = []
        var rest = calls[...]
        while let first = rest.first {
            let start = first.number / 64 * 64
            let inRow = rest.prefix { $0.number < start + 64 }
            rest = rest.dropFirst(inRow.count)
            var cells = [Character](repeating: " ", count: 64)
            for call in inRow { cells[Int(call.number - start)] = call.mark }
            while cells.last == " " { cells.removeLast() }
            let bare = architecture == .x32 ? start & 0x3fff_ffff : start
            let label = String(bare)
            rows.append("  \(String(repeating: " ", count: max(0, 4 - label.count)))\(label) \(String(cells))")
        }
        return rows
    }
}

extension SystemCallPicture.Call {
    /// The character that stands for it.
    var mark: Character {
        switch answer {
        case .allowed: "+"
        case .byArguments: ":"
        case .refused: kills ? "!" : "-"
        }
    }
}
