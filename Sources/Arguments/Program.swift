// SPDX-License-Identifier: Apache-2.0
internal import Words

/// A program of many commands: flags that are for all of them, then the name of one, then its line.
public struct Program<Globals: Sendable>: Sendable {
    /// The program's name, as people type it.
    public let name: String
    /// What `--version` prints, a line.
    public let version: String
    /// The flags before the command's name.
    public let table: Command<Globals>
    /// The commands, in the order in which help shows them.
    public let entries: [Entry<Globals>]

    /// A program called `name`.
    public init(_ name: String, version: String, _ table: Command<Globals>, entries: [Entry<Globals>]) {
        self.name = name
        self.version = version
        self.table = table
        self.entries = entries
    }

    /// Reads the words after the program's name: what to show, or what to do.
    public func read(_ words: [String]) throws(ArgumentsError) -> Outcome {
        var globals = WordReader(
            groups: table.groups, options: table.defaults, words: words[...], path: name, knowsVersion: true)
        switch try globals.next() {
        case .help, .end: return .show(help)
        case .version: return .show(version + "\n")
        case .word("help"): return .show(try help(for: Array(globals.words)))
        case .word(let word):
            return try read(word, Array(globals.words), among: entries, path: name, globals.options)
        }
    }

    private func read(
        _ word: String, _ rest: [String], among entries: [Entry<Globals>], path: String, _ globals: Globals
    ) throws(ArgumentsError) -> Outcome {
        let entry = try find(word, among: entries, path: path)
        let path = "\(path) \(word)"
        switch entry.destination {
        case .command(let command, let below):
            if let next = rest.first, Entry.named(next, among: below) != nil {
                return try read(next, Array(rest.dropFirst()), among: below, path: path, globals)
            }
            do { return try command.read(rest, path, globals) } catch {
                throw error.pointing(toGlobalsOf: self, before: word)
            }
        case .group(let entries):
            guard let next = rest.first, next != "--help", next != "-h" else {
                return .show(Help.group(path: path, summary: entry.summary, sections: Help.sections(of: entries)))
            }
            return try read(next, Array(rest.dropFirst()), among: entries, path: path, globals)
        }
    }

    private func find(
        _ word: String, among entries: [Entry<Globals>], path: String
    ) throws(ArgumentsError) -> Entry<Globals> {
        if let entry = Entry.named(word, among: entries) { return entry }
        if word.hasPrefix("-") { throw ArgumentsError(.unknownFlag, word, command: path) }
        let names = entries.flatMap { [$0.name] + $0.aliases }
        let nearest = nearestWord(to: word, among: names).map { "did you mean \($0)?" }
        throw ArgumentsError(.unknownCommand, word, advice: nearest, command: path)
    }

    /// The help of the program itself.
    public var help: String {
        var outline = table.outline
        let version = FlagDeclaration("version", "v", [], .toggle, "Print the version and quit", false)
        let help = FlagDeclaration("help", "h", [], .toggle, "Print this help, or that of a command, and quit", false)
        outline.groups.append(("Information", [version, help]))
        return Help.program(name: name, outline: outline, sections: Help.sections(of: entries))
    }

    /// The help of the command that `words` name: `minibox help image inspect`.
    public func help(for words: [String]) throws(ArgumentsError) -> String {
        guard !words.isEmpty else { return help }
        let (entry, path) = try entry(for: words)
        switch entry.destination {
        case .command(let command, let below):
            return Help.command(path: path, command.outline(), sections: Help.sections(of: below))
        case .group(let inner):
            return Help.group(path: path, summary: entry.summary, sections: Help.sections(of: inner))
        }
    }

    /// The command that `words` name, and how it is called.
    func entry(for words: [String]) throws(ArgumentsError) -> (Entry<Globals>, path: String) {
        var (entries, path) = (entries, name)
        var found: Entry<Globals>?
        for word in words {
            guard !entries.isEmpty else { throw ArgumentsError(.unexpectedArgument, word, command: path) }
            let entry = try find(word, among: entries, path: path)
            path += " \(word)"
            entries = entry.destination.below
            found = entry
        }
        guard let found else { throw ArgumentsError(.missingCommand, path, command: path) }
        return (found, path)
    }
}

/// What a command line asks for.
public enum Outcome: Sendable {
    /// To print this text, which ends with a line's end.
    case show(String)
    /// To do this, and end with the exit code that it returns.
    case perform(@Sendable () throws -> Int32)
}

extension ArgumentsError {
    /// The same error, with the place of a flag that the program knows and the command does not.
    func pointing<Globals>(toGlobalsOf program: Program<Globals>, before word: String) -> ArgumentsError {
        guard code == .unknownFlag, subject.hasPrefix("--") else { return self }
        let name = subject.dropFirst(2)
        guard program.table.outline.shownFlags.contains(where: { $0.answers(to: name) }) else { return self }
        let advice = "write it before the command: \(program.name) \(subject) ... \(word)"
        return ArgumentsError(.unknownFlag, subject, advice: advice, command: command)
    }
}
