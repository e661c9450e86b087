// SPDX-License-Identifier: Apache-2.0
internal import Words

extension WallMap {
    /// Its part of the report: every colour stands beside a word.
    var html: String {
        var text = "<p>Each call is asked for with all walls, with none, with each gone and with each alone. "
        text +=
            "<b>only</b>: this wall stops it, and no other does. <b>stops</b>: it would alone, and so would another. "
        text += "<b>part</b>: not alone, but the others do not without it.</p>\n"
        text += "<table class=\"map\">\n<thead><tr><th>Call</th><th>Needs</th>"
        for wall in walls { text += "<th>\(Markup.escaped(wall))</th>" }
        text += "<th>Default</th><th>Bare</th></tr></thead>\n<tbody>\n"
        for row in rows {
            text += "<tr><td><code>\(Markup.escaped(row.call))</code></td><td>\(Markup.escaped(row.needs))</td>"
            for part in parts(of: row) {
                text += part == .none ? "<td>–</td>" : "<td class=\"\(part.rawValue)\">\(part.rawValue)</td>"
            }
            text += "<td class=\"\(row.standing.rawValue)\">\(Markup.escaped(row.standard))</td>"
            text += "<td>\(Markup.escaped(row.bare))</td></tr>\n"
        }
        return text + "</tbody>\n</table>\n"
    }

    /// Its colours, for the report's head.
    static let styles = """
        table.map td.only { background: #f2b8a0; font-weight: 600; }
        table.map td.stops { background: #f8dcc8; }
        table.map td.part { background: #fdf2cf; }
        table.map td.open { font-weight: 600; }
        table.map td.unseen { color: #767676; }
        """
}
