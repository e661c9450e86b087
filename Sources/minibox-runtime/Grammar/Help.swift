// SPDX-License-Identifier: Apache-2.0

/// A flag as help shows it.
struct FlagHelp: Sendable {
    let usage: String
    let help: String

    init<Options>(_ flag: Flag<Options>) {
        let letter = flag.letter.map { "-\($0), " } ?? "    "
        let value =
            switch flag.action {
            case .toggle: ""
            case .choice(let placeholder, _): "[=\(placeholder)]"
            case .value(let placeholder, _): " \(placeholder)"
            }
        usage = "\(letter)--\(flag.name)\(value)"
        help = flag.help
    }
}

/// The texts of `--help`.
enum Help {
    static let program = "minibox-runtime"

    /// All commands, by groups.
    static func overview(verbs: [AnyVerb], flags: [FlagHelp]) -> String {
        var text =
            "Usage: \(program) [FLAGS] COMMAND [FLAGS] [ARGUMENTS]\n\nAn OCI runtime: runs containers from bundles.\n"
        for group in VerbGroup.allCases where group != .missing {
            text += "\n\(group.rawValue):\n"
            text += columns(verbs.filter { $0.group == group }.map { ("\($0.name) \($0.words)", $0.summary) })
        }
        text += "\nFlags before the command:\n" + columns(flags.map { ($0.usage, $0.help) })
        return text + "\n'\(program) COMMAND --help' tells of one command.\n"
    }

    /// One command and its flags.
    static func text(of verb: AnyVerb) -> String {
        let flags = verb.flags()
        var text = "Usage: \(program) \(verb.name)\(flags.isEmpty ? "" : " [FLAGS]")"
        text += verb.words.isEmpty ? "\n" : " \(verb.words)\n"
        text += "\n\(verb.summary)\n"
        if !flags.isEmpty { text += "\nFlags:\n" + columns(flags.map { ($0.usage, $0.help) }) }
        return text
    }

    private static func columns(_ rows: [(String, String)]) -> String {
        let width = min(34, rows.map(\.0.utf8.count).max() ?? 0)
        return rows.map { left, right in
            let gap = String(repeating: " ", count: max(0, width - left.utf8.count))
            return left.utf8.count > width
                ? "  \(left)\n  \(String(repeating: " ", count: width))  \(right)\n" : "  \(left)\(gap)  \(right)\n"
        }.joined()
    }
}
