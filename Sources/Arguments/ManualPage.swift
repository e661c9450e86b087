// SPDX-License-Identifier: Apache-2.0

extension Program {
    /// A manual page in the language of man(7): of the command that `words` name, or of the program.
    public func manualPage(for words: [String]) throws(ArgumentsError) -> String {
        guard !words.isEmpty else {
            return page(title: name, path: name, outline: table.outline, positionals: ["COMMAND"], commands: entries)
        }
        let (entry, path) = try entry(for: words)
        let title = ([name] + words).joined(separator: "-")
        switch entry.destination {
        case .command(let command, let below):
            let outline = command.outline()
            return page(title: title, path: path, outline: outline, positionals: outline.positionals, commands: below)
        case .group(let inner):
            let outline = CommandOutline(summary: entry.summary, discussion: [], positionals: [], groups: [])
            return page(title: title, path: path, outline: outline, positionals: ["COMMAND"], commands: inner)
        }
    }

    private func page(
        title: String, path: String, outline: CommandOutline, positionals: [String], commands: [Entry<Globals>]
    ) -> String {
        let options = outline.shownFlags.isEmpty ? [] : ["[OPTIONS]"]
        var text = ".TH \"\(title.uppercased())\" 1 \"\" \"\(Self.escaped(version))\"\n"
        text += ".SH NAME\n\(Self.escaped(title)) \\- \(Self.escaped(outline.summary))\n"
        text += ".SH SYNOPSIS\n.B \(Self.escaped(path))\n"
        text += Self.escaped((options + positionals).joined(separator: " ")) + "\n"
        if !outline.discussion.isEmpty {
            text += ".SH DESCRIPTION\n" + outline.discussion.map { Self.escaped($0) + "\n" }.joined(separator: ".PP\n")
        }
        if !commands.isEmpty {
            text += ".SH COMMANDS\n"
            for entry in commands {
                text += ".TP\n.B \(Self.escaped(entry.name))\n\(Self.escaped(entry.summary))\n"
            }
        }
        for group in outline.groups {
            let shown = group.flags.filter { !$0.isHidden }
            if shown.isEmpty { continue }
            text += ".SH \(Self.escaped(group.title.uppercased()))\n"
            for flag in shown {
                let synopsis = String(flag.synopsis.drop { $0 == " " })
                text += ".TP\n.B \(Self.escaped(synopsis))\n\(Self.escaped(flag.summary))\n"
            }
        }
        return text
    }

    /// `text` with what roff would take for itself written so that it does not.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\": result += "\\e"
            case "-": result += "\\-"
            case "." where result.isEmpty, "'" where result.isEmpty: result += "\\&\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
