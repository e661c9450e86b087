// SPDX-License-Identifier: Apache-2.0

/// A word that leads to a command or to a group of commands, and its line in the list of help.
public struct Entry<Globals: Sendable>: Sendable {
    /// The word.
    public let name: String
    /// Other words for the same.
    public let aliases: [String]
    /// Its line in the list: a capital first, no full stop.
    public let summary: String
    /// The title in help under which it stands.
    public let section: String
    let destination: Destination

    /// Where the word leads.
    enum Destination: Sendable {
        /// `below` are commands that a word right behind the name leads to instead: `logs` in `build logs`.
        case command(Bound, below: [Entry])
        case group([Entry])

        /// The commands that can follow the word.
        var below: [Entry] {
            switch self {
            case .command(_, let below): below
            case .group(let entries): entries
            }
        }
    }

    /// A table with what acts on its options; the table is built when the command is asked for.
    struct Bound: Sendable {
        let outline: @Sendable () -> CommandOutline
        let read: @Sendable (_ words: [String], _ path: String, Globals) throws(ArgumentsError) -> Outcome
    }

    /// A command: its table, built only when it is asked for, and what acts on the options.
    ///
    /// - Parameters:
    ///   - below: commands of the same word, as `build logs` is one of `build`. Their names win over a first argument
    ///     that is spelled the same.
    ///   - perform: does the work and returns the exit code.
    public static func command<Options: Sendable>(
        _ name: String, aliases: [String] = [], section: String, _ summary: String,
        _ table: @escaping @Sendable () -> Command<Options>, below: [Entry] = [],
        perform: @escaping @Sendable (Options, Globals) throws -> Int32
    ) -> Entry {
        let bound = Bound(outline: { table().outline }) { words, path, globals throws(ArgumentsError) in
            let table = table()
            switch try table.parse(words, path: path) {
            case .help: return .show(Help.command(path: path, table.outline, sections: Help.sections(of: below)))
            case .options(let options): return .perform { try perform(options, globals) }
            }
        }
        return Entry(
            name: name, aliases: aliases, summary: summary, section: section,
            destination: .command(bound, below: below))
    }

    /// A group of commands, as `image` is of `image inspect`.
    public static func group(
        _ name: String, aliases: [String] = [], section: String, _ summary: String, _ entries: [Entry]
    ) -> Entry {
        Entry(name: name, aliases: aliases, summary: summary, section: section, destination: .group(entries))
    }

    /// The same command under another name, as `container ls` is `ps`.
    public func named(_ name: String, aliases: [String] = [], section: String) -> Entry {
        Entry(name: name, aliases: aliases, summary: summary, section: section, destination: destination)
    }

    func answers(to word: String) -> Bool { name == word || aliases.contains(word) }

    /// The one among `entries` that `word` leads to. A loop, for the reason of ``FlagGroup/declarations``.
    static func named(_ word: String, among entries: [Entry]) -> Entry? {
        for index in entries.indices where entries[index].answers(to: word) { return entries[index] }
        return nil
    }
}
