// SPDX-License-Identifier: Apache-2.0

/// The texts of `--help`, at most 80 columns wide and laid out as docker's.
enum Help {
    static let width = 80

    /// Names with their summaries under a title.
    struct Section {
        let title: String
        var lines: [(name: String, summary: String)]
    }

    /// The sections of `entries`, in the order in which they first occur.
    static func sections<Globals>(of entries: [Entry<Globals>]) -> [Section] {
        var sections: [Section] = []
        for entry in entries {
            if let index = sections.firstIndex(where: { $0.title == entry.section }) {
                sections[index].lines.append((entry.name, entry.summary))
            } else {
                sections.append(Section(title: entry.section, lines: [(entry.name, entry.summary)]))
            }
        }
        return sections
    }

    static func program(name: String, outline: CommandOutline, sections: [Section]) -> String {
        var text = "Usage:  \(name) [OPTIONS] COMMAND\n\n"
        text += wrapped(outline.summary, indent: 0)
        text += paragraphs(outline.discussion)
        text += list(sections)
        text += flags(outline.groups)
        text += "\n" + wrapped("Run '\(name) COMMAND --help' for more information on a command.", indent: 0)
        return text
    }

    static func group(path: String, summary: String, sections: [Section]) -> String {
        var text = "Usage:  \(path) COMMAND\n\n" + wrapped(summary, indent: 0)
        text += list(sections)
        text += "\n" + wrapped("Run '\(path) COMMAND --help' for more information on a command.", indent: 0)
        return text
    }

    static func command(path: String, _ outline: CommandOutline, sections: [Section] = []) -> String {
        let options = outline.shownFlags.isEmpty ? [] : ["[OPTIONS]"]
        let usage = ([path] + options + outline.positionals).joined(separator: " ")
        var text = "Usage:  \(usage)\n"
        if !sections.isEmpty { text += "        \(path) COMMAND\n" }
        text += "\n" + wrapped(outline.summary, indent: 0)
        text += paragraphs(outline.discussion)
        text += list(sections)
        text += flags(outline.groups)
        return text
    }

    private static func paragraphs(_ discussion: [String]) -> String {
        discussion.map { "\n" + wrapped($0, indent: 0) }.joined()
    }

    private static func list(_ sections: [Section]) -> String {
        let column = (sections.flatMap(\.lines).map(\.name.count).max() ?? 0) + 4
        return sections.map { section in
            "\n\(section.title):\n"
                + section.lines.map { entry("  \($0.name)", $0.summary, column: column) }.joined()
        }.joined()
    }

    private static func flags(_ groups: [(title: String, flags: [FlagDeclaration])]) -> String {
        var text = ""
        for group in groups {
            let shown = group.flags.filter { !$0.isHidden }
            if shown.isEmpty { continue }
            let widths = shown.map { $0.synopsis.count + 4 }
            let column = min(widths.max() ?? 0, 32)
            text += "\n\(group.title):\n"
            for flag in shown { text += entry("  \(flag.synopsis)", flag.summary, column: column) }
        }
        return text
    }

    /// A name at the left, its summary from `column` on; on lines of its own where the name is too long.
    private static func entry(_ name: String, _ summary: String, column: Int) -> String {
        let body = wrapped(summary, indent: column)
        if name.count + 2 > column { return name + "\n" + body }
        return name + body.dropFirst(name.count)
    }

    /// `text` in lines of at most ``width`` columns, each after `indent` spaces.
    static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var result = ""
        var line = margin
        var isEmpty = true
        for word in text.split(separator: " ") {
            if !isEmpty, line.count + 1 + word.count > width {
                result += line + "\n"
                line = margin
                isEmpty = true
            }
            if !isEmpty { line += " " }
            line += word
            isEmpty = false
        }
        return result + line + "\n"
    }
}
