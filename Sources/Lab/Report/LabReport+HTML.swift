// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

extension LabReport {
    /// One page without scripts, that is read on paper as well: every colour stands beside a word.
    public var html: String {
        var text = Self.head
        text += "<h1>minibox lab</h1>\n<table class=\"facts\">\n"
        for (name, value) in host {
            text += "<tr><th scope=\"row\">\(Markup.escaped(name))</th><td>\(Markup.escaped(value))</td></tr>\n"
        }
        text += "</table>\n<h2>What was proven</h2>\n<p>\(Markup.escaped(counts))</p>\n"
        text += matrix
        text += "<h2>Predictions</h2>\n" + calibration
        text += "<h2>The course's phrases</h2>\n<ul class=\"phrases\">\n"
        for row in rows {
            for phrase in row.exercise.teaches {
                text +=
                    "<li>“\(Markup.escaped(phrase))” <a href=\"#\(row.exercise.name)\">\(row.exercise.label)</a></li>\n"
            }
        }
        text += "</ul>\n"
        if let map { text += "<h2>Which wall stops which call</h2>\n" + map.html }
        text += "<h2>Evidence</h2>\n"
        for row in rows { text += Self.evidence(row) }
        return text + "</body>\n</html>\n"
    }

    private var counts: String {
        ["PASS", "RESIDUAL", "SKIP", "UNSAFE", "VACUOUS", "INVERTED", "not run"].compactMap { word in
            let count = rows.filter { $0.verdict == word }.count
            return count == 0 ? nil : "\(count) \(word)"
        }.joined(separator: ", ")
    }

    private var matrix: String {
        var text = "<table>\n<thead><tr><th>No</th><th>Exercise</th><th>Verdict</th><th>weak</th><th>default</th>"
        text += "<th>hardened</th><th>Blocked by</th><th>You</th></tr></thead>\n<tbody>\n"
        for row in rows {
            text += "<tr><td>\(row.exercise.label)</td>"
            text += "<td><a href=\"#\(row.exercise.name)\">\(Markup.escaped(row.exercise.title))</a></td>"
            text += "<td class=\"\(Self.classes[row.verdict] ?? "none")\">\(Markup.escaped(row.verdict))</td>"
            for arm in ["weak", "default", "hardened"] {
                text += "<td>\(Markup.escaped(row.outcome(arm) ?? "–"))</td>"
            }
            let note = row.check?["reason"]?.string ?? row.check?["blockedBy"]?.string ?? row.progress.blockedBy ?? ""
            text += "<td>\(Markup.escaped(note))</td><td>\(row.progress.state)</td></tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }

    /// How often each module's questions were answered right.
    private var calibration: String {
        let asked = rows.filter { $0.progress.predicted != nil }
        if asked.isEmpty { return "<p>None was made.</p>\n" }
        var text = "<table>\n<thead><tr><th>Module</th><th>Predicted</th><th>Right</th></tr></thead>\n<tbody>\n"
        for module in Set(asked.map(\.exercise.module)).sorted() {
            let rows = asked.filter { $0.exercise.module == module }
            let right = rows.filter { $0.progress.predicted == $0.exercise.prediction.answer }.count
            text += "<tr><td>\(module) \(Markup.escaped(Catalog.modules[module] ?? ""))</td><td>\(rows.count)</td>"
            text += "<td>\(right)</td></tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }

    private static func evidence(_ row: Row) -> String {
        var text =
            "<section id=\"\(row.exercise.name)\">\n<h3>\(row.exercise.label) \(Markup.escaped(row.exercise.title))</h3>\n"
        let reason = row.check?["reason"]?.string.map { ": \($0)" } ?? ""
        text += "<p>\(Markup.escaped(row.verdict + reason))</p>\n"
        let runs = row.check?["runs"]?.array ?? []
        if !runs.isEmpty {
            text +=
                "<table>\n<thead><tr><th>Run</th><th>Flags</th><th>Came to</th><th>Seen</th></tr></thead>\n<tbody>\n"
            for run in runs {
                let seen = (run["observations"]?.object ?? JSON.Object()).map { "\($0.key) \($0.value.string ?? "")" }
                text += "<tr><td>\(Markup.escaped(run["arm"]?.string ?? ""))</td>"
                text += "<td><code>\(Markup.escaped((run["flags"]?.strings ?? []).joined(separator: " ")))</code></td>"
                text += "<td>\(Markup.escaped(run["outcome"]?.string ?? ""))</td>"
                text += "<td><code>\(Markup.escaped(seen.joined(separator: "\n")))</code></td></tr>\n"
            }
            text += "</tbody>\n</table>\n"
        }
        if !row.typed.isEmpty {
            text += "<table>\n<thead><tr><th>When</th><th>Typed</th></tr></thead>\n<tbody>\n"
            for line in row.typed {
                text += "<tr><td>\(FileTime(seconds: line.time, nanoseconds: 0).rfc3339Seconds)</td>"
                text += "<td><code>\(Markup.escaped(line.text))</code></td></tr>\n"
            }
            text += "</tbody>\n</table>\n"
        }
        text += "<p class=\"see\">See: \(Markup.escaped(row.exercise.see.joined(separator: ", ")))</p>\n</section>\n"
        return text
    }

    private static let classes = [
        "PASS": "good", "RESIDUAL": "known", "SKIP": "none", "UNSAFE": "bad", "VACUOUS": "bad", "INVERTED": "bad",
        "ERROR": "bad",
    ]

    private static let head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>minibox lab</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff; max-width: 68rem; margin: 2rem auto; padding: 0 1rem; }
        h1, h2, h3 { line-height: 1.2; }
        h2 { margin-top: 2.5rem; border-bottom: 1px solid #ccc; }
        table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #ddd; }
        table.facts { width: auto; }
        code { font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
        td.good { background: #dff3e2; font-weight: 600; }
        td.known { background: #fdf2cf; font-weight: 600; }
        td.bad { background: #f9d9d6; font-weight: 600; }
        td.none { color: #555; }
        \(WallMap.styles)
        .phrases { columns: 2; }
        .see { color: #555; }
        section { break-inside: avoid; }
        @media print { body { max-width: none; margin: 0; font-size: 11px; } a { color: inherit; text-decoration: none; } }
        @media (max-width: 40rem) { .phrases { columns: 1; } table { display: block; overflow-x: auto; } }
        </style>
        </head>
        <body>

        """
}
