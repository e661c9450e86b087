// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

extension AuditReport {
    /// What reports are about, which a page of them says first.
    public enum Matter: Sendable {
        case processes
        case images

        /// At `version` of minibox.
        fileprivate func introduction(_ version: String) -> String {
            switch self {
            case .processes:
                """
                What the kernel says of the processes, by minibox \(version.escaped). A configuration is believed in nothing but
                where it says that the kernel differs from it. An exercise shows what happens where a wall is open:
                <code>minibox lab show NAME</code>.
                """
            case .images:
                """
                What is in the images, by minibox \(version.escaped): their configurations, their histories and every file of every
                layer, those that a later layer takes away among them. An exercise shows what comes of it:
                <code>minibox lab show NAME</code>.
                """
            }
        }

        fileprivate var evidence: String {
            switch self {
            case .processes: "What the kernel says"
            case .images: "What is in it"
            }
        }
    }

    /// Several of them as one page of HTML: no scripts, nothing loaded, and what colours say is there in words, for paper.
    public static func html(_ reports: [AuditReport], about matter: Matter = .processes, version: String) -> String {
        let title = "Audit of " + reports.map(\.name).joined(separator: ", ")
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title.escaped)</title>
            <style>
            \(style)
            </style>
            </head>
            <body>
            <h1>\(title.escaped)</h1>
            <p>\(matter.introduction(version))</p>
            \(reports.map { $0.section(about: matter) }.joined(separator: "\n"))
            </body>
            </html>

            """
    }

    private static let style = """
        body { font: 15px/1.45 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem auto; max-width: 64rem;
          padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; margin-top: 2.5rem; } h3 { font-size: 1rem; margin-top: 1.5rem; }
        table.checks { border-collapse: collapse; width: 100%; }
        table.checks th, table.checks td { text-align: left; vertical-align: top; padding: .35rem .6rem;
          border-bottom: 1px solid #d5dae0; overflow-wrap: anywhere; }
        table.checks th { font-weight: 600; white-space: nowrap; background: #f2f4f7; }
        td.id, td.word { white-space: nowrap; }
        td.evidence { font: 13px/1.45 ui-monospace, monospace; }
        .advice { font: 14px/1.45 system-ui, sans-serif; color: #3d4650; }
        .word.high { color: #a40e26; font-weight: 700; } .word.medium { color: #9a4b00; font-weight: 700; }
        .word.low, .word.info { color: #5a4a00; font-weight: 700; } .word.pass { color: #0a6640; } .word.na { color: #57606a; }
        table.calls { border-collapse: collapse; font: 11px/1 ui-monospace, monospace; }
        table.calls td { width: 11px; height: 14px; padding: 0; text-align: center; border: 1px solid #fff; }
        table.calls th { padding: 0 .5rem 0 0; text-align: right; font-weight: 400; color: #57606a; }
        td.allowed { background: #d7e8ff; } td.arguments { background: #fff0c2; } td.refused { background: #e3e6ea; }
        td.kills { background: #ffd9d9; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; } a { color: inherit; }
          table.calls { font-size: 7px; } table.calls td { width: 7px; height: 9px; border-color: #ccc; } }
        """

    private func section(about matter: Matter) -> String {
        let open = rows.filter(\.isOpen)
        let others = rows.filter { !$0.isOpen }
        var text = """
            <section>
            <h2>\(name.escaped)</h2>
            <p>\(count("PASS")) stand, \(open.count) open, \(count("N-A")) cannot be told.</p>

            """
        if !open.isEmpty {
            text +=
                "<h3>Open</h3>\n"
                + table(open, matter) { row in
                    "<br><span class=\"advice\">To close it: \(row.check.advice.escaped)</span>"
                }
        }
        text += "<h3>What stands, and what cannot be told</h3>\n" + table(others, matter) { _ in "" }
        if let systemCalls { text += "<h3>System calls</h3>\n" + systemCalls.html }
        return text + "</section>"
    }

    private func table(_ rows: [Row], _ matter: Matter, _ more: (Row) -> String) -> String {
        let lines = rows.map { row in
            let word = row.isOpen ? row.check.severity.rawValue : row.word == "PASS" ? "pass" : "not told"
            let kind = row.isOpen ? row.check.severity.rawValue : row.word == "PASS" ? "pass" : "na"
            let claim = (row.isOpen ? "not: " : "") + row.check.claim
            return "<tr><td class=\"id\">\(row.check.id)</td><td class=\"word \(kind)\">\(word)</td>"
                + "<td>\(claim.escaped)</td><td class=\"evidence\">\(row.evidence.escaped)\(more(row))</td>"
                + "<td class=\"word\">\((row.check.exercise ?? "").escaped)</td></tr>"
        }
        return
            "<table class=\"checks\">\n<tr><th>Check</th><th>Verdict</th><th>Claim</th><th>\(matter.evidence)</th><th>Exercise</th></tr>\n"
            + lines.joined(separator: "\n") + "\n</table>\n"
    }
}

extension SystemCallPicture {
    /// A cell for each call, with its name and its answers behind it.
    var html: String {
        let programs = lengths.map(String.init).joined(separator: " and ")
        var text =
            "<p>" + (lengths.isEmpty ? "No filter: every call is let through." : "Filters of \(programs) instructions.")
        text += " + let through, : with some arguments, - refused, ! kills the program; the name is behind each.</p>\n"
        for table in tables {
            text += "<h4>\(table.architecture.label.escaped): \(table.count(.allowed)) let through, "
            text += "\(table.count(.byArguments)) with some arguments, \(table.count(.refused)) refused</h4>\n"
            text += "<table class=\"calls\">\n" + table.htmlRows + "</table>\n"
            let byArguments = table.calls.filter { $0.answer == .byArguments }.map(\.name.escaped)
            if !byArguments.isEmpty {
                text += "<p>With some arguments: \(byArguments.joined(separator: ", ")).</p>\n"
            }
            if table.architecture == tables.first?.architecture {
                let refused = table.calls.filter { $0.answer == .refused }.map(\.name.escaped)
                if !refused.isEmpty { text += "<p>Refused: \(refused.joined(separator: ", ")).</p>\n" }
            }
        }
        return text
    }
}

extension SystemCallPicture.Table {
    fileprivate var htmlRows: String {
        var text = ""
        var rest = calls[...]
        while let first = rest.first {
            let start = first.number / 64 * 64
            let inRow = rest.prefix { $0.number < start + 64 }
            rest = rest.dropFirst(inRow.count)
            text += "<tr><th>\(architecture == .x32 ? start & 0x3fff_ffff : start)</th>"
            var next = start
            for call in inRow {
                for _ in next..<call.number { text += "<td></td>" }
                next = call.number + 1
                let words = "\(call.name) (\(call.number)): \(call.actions.joined(separator: ", "))"
                text += "<td class=\"\(call.kind)\" title=\"\(words.escaped)\">\(call.mark)</td>"
            }
            text += "</tr>\n"
        }
        return text
    }
}

extension SystemCallPicture.Call {
    fileprivate var kind: String {
        switch answer {
        case .allowed: "allowed"
        case .byArguments: "arguments"
        case .refused: kills ? "kills" : "refused"
        }
    }
}

extension String {
    /// As text of a page: a container chooses names of files, processes and variables.
    var escaped: String { Markup.escaped(plainText(self)) }
}
