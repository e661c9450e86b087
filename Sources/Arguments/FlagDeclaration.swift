// SPDX-License-Identifier: Apache-2.0

/// What a person may know of a flag: how it is written, what it takes, and one line of help.
///
/// Help, completion, manual pages and the nearest word are made from this alone.
public struct FlagDeclaration: Sendable {
    /// What a flag takes, and how its value is called in help.
    ///
    /// A placeholder of words with bars between them, as `json|table`, is also the list that completion offers.
    public enum Value: Sendable, Equatable {
        /// A switch: `--rm`, or `--rm=false`.
        case toggle
        /// One value, the last one given: `--name web` or `--name=web`.
        case single(String)
        /// One value each time it is given: `-e A=1 -e B=2`.
        case list(String)
        /// A value that may be left out, and is then only read after `=`: `--explain` or `--explain=json`.
        case optional(String)
    }

    /// The long name, without dashes.
    public let name: String
    /// The letter after a single dash.
    public let short: Character?
    /// Other long names, read but not shown.
    public let aliases: [String]
    /// What it takes.
    public let value: Value
    /// One line of help: a capital first, no full stop.
    public let summary: String
    /// Read, but left out of help, completion and suggestions.
    public let isHidden: Bool
    /// What of its value a log may not show.
    public internal(set) var secret = Secret.nothing

    /// What of a flag's value is kept out of logs.
    public enum Secret: Sendable, Equatable {
        case nothing
        /// What stands behind the first `=`, as of `NAME=VALUE`.
        case behindEquals
        case everything
    }

    init(_ name: String, _ short: Character?, _ aliases: [String], _ value: Value, _ summary: String, _ hidden: Bool) {
        self.name = name
        self.short = short
        self.aliases = aliases
        self.value = value
        self.summary = summary
        self.isHidden = hidden
    }

    /// Whether `word`, without its dashes, is one of the long names.
    func answers(to word: some StringProtocol) -> Bool { name == word || aliases.contains { $0 == word } }

    /// What help shows of the value, empty for a switch.
    public var placeholder: String {
        switch value {
        case .toggle: ""
        case .single(let name), .list(let name), .optional(let name): name
        }
    }

    /// The words that the value may be, where the placeholder lists them.
    public var choices: [String] {
        let words = placeholder.split(separator: "|").map(String.init)
        return words.count > 1 ? words : []
    }

    /// How help writes it: `-m, --memory BYTES`, `--explain[=json]`.
    public var synopsis: String {
        var text = short.map { "-\($0), " } ?? "    "
        text += "--\(name)"
        switch value {
        case .toggle: break
        case .single(let name), .list(let name): text += " \(name)"
        case .optional(let name): text += "[=\(name)]"
        }
        return text
    }
}
