// SPDX-License-Identifier: Apache-2.0

/// What the last word of a line may become, as far as the tables tell.
public struct Completion<Globals: Sendable>: Sendable {
    /// The words that fit: commands, flags, values that a table lists. They are whole: `--network=none`.
    public var words: [String] = []
    /// What help calls the value or the argument that is typed: `CONTAINER`, `BYTES`. Empty for a command or a flag.
    public var wanted = ""
    /// The long name of the flag whose value is typed; empty for an argument.
    public var flag = ""
    /// The names of the command, of its group first.
    public var command: [String] = []
    /// What is typed of the value or argument, and what stands before that in the word: `--network=`.
    public var typed = ""
    public var lead = ""
    /// The flags before the command.
    public var globals: Globals

    /// Adds those that begin as what is typed.
    public mutating func offer(_ candidates: [String]) {
        for candidate in candidates where candidate.hasPrefix(typed) { words.append(lead + candidate) }
    }
}

extension Program {
    /// Reads the words of a line up to the cursor, the program's own name left out; the last one is being typed.
    public func completion(of line: [String]) -> Completion<Globals> {
        var completion = Completion(globals: table.defaults)
        completion.typed = line.last ?? ""
        var rest = line.dropLast()
        var scanner = LineScanner(table.outline.groups.flatMap(\.flags), endsFlags: true)
        while scanner.arguments.isEmpty, let word = rest.popFirst() {
            if let (flag, value) = scanner.take(word) { apply(flag, value, to: &completion.globals) }
        }
        guard let first = scanner.arguments.first else {
            completion.offer(
                scanner, table.outline, arguments: entries.map(\.name) + ["help"], flags: ["--help", "--version"])
            return completion
        }
        if first == "help" {
            completion.offer(Self.names(below: Array(rest), of: entries))
            return completion
        }
        complete(first, rest, among: entries, &completion)
        return completion
    }

    private func complete(
        _ word: String, _ rest: ArraySlice<String>, among entries: [Entry<Globals>],
        _ completion: inout Completion<Globals>
    ) {
        guard let entry = entries.first(where: { $0.answers(to: word) }) else { return }
        completion.command.append(entry.name)
        let below = entry.destination.below
        if let next = rest.first, below.contains(where: { $0.answers(to: next) }) {
            return complete(next, rest.dropFirst(), among: below, &completion)
        }
        guard case .command(let command, _) = entry.destination else {
            if rest.isEmpty { completion.offer(below.map(\.name) + (completion.typed.isEmpty ? [] : ["--help"])) }
            return
        }
        let outline = command.outline()
        var scanner = LineScanner(outline.groups.flatMap(\.flags), endsFlags: outline.endsFlags)
        for word in rest { _ = scanner.take(word) }
        completion.offer(
            scanner, outline, arguments: scanner.arguments.isEmpty ? below.map(\.name) : [], flags: ["--help"])
    }

    /// The commands that may follow `words` behind `help`.
    private static func names(below words: [String], of entries: [Entry<Globals>]) -> [String] {
        var entries = entries
        for word in words { entries = entries.first { $0.answers(to: word) }?.destination.below ?? [] }
        return entries.map(\.name)
    }

    private func apply(_ name: String, _ value: String?, to globals: inout Globals) {
        for group in table.groups {
            // One that cannot be read is the command's to complain of.
            for flag in group.flags where flag.declaration.name == name { try? flag.apply(&globals, value) }
        }
    }
}

extension Completion {
    /// Adds what fits behind what was scanned of a command's line.
    fileprivate mutating func offer(
        _ scanner: LineScanner, _ outline: CommandOutline, arguments: [String], flags: [String]
    ) {
        if let flag = scanner.pending { return offerValue(of: flag) }
        if !scanner.flagsEnded, typed.hasPrefix("-") {
            let name = typed.prefix { $0 != "=" }
            guard name.utf8.count < typed.utf8.count else {
                return offer(outline.shownFlags.map { "--\($0.name)" } + flags)
            }
            guard let flag = scanner.flags.first(where: { $0.answers(to: name.dropFirst(2)) }) else { return }
            lead = name + "="
            typed = String(typed.dropFirst(lead.count))
            return offerValue(of: flag)
        }
        offer(arguments)
        guard let synopsis = outline.positional(at: scanner.arguments.count) else { return }
        wanted = String(synopsis.drop { $0 == "[" }.prefix { $0 != " " && $0 != "[" && $0 != "]" })
        offerChoices(wanted)
    }

    private mutating func offerValue(of flag: FlagDeclaration) {
        self.flag = flag.name
        wanted = flag.placeholder
        if flag.value == .toggle { return offer(["true", "false"]) }
        offerChoices(wanted)
    }

    /// The words of a placeholder that are to be written as they are, up to what follows a colon: of
    /// `none|container:NAME` both, and of `PID|fd:NUMBER` the second.
    private mutating func offerChoices(_ placeholder: String) {
        let words = placeholder.split(separator: "|").map { word in
            let head = word.prefix { $0 != ":" && $0 != "[" }
            return head.utf8.count < word.utf8.count && word.dropFirst(head.count).first == ":" ? head + ":" : head
        }
        guard words.count > 1 else { return }
        offer(words.filter { $0.utf8.contains { $0 >= UInt8(ascii: "a") } }.map(String.init))
    }
}

extension CommandOutline {
    /// How the argument at that place is written; nil where there is none.
    func positional(at place: Int) -> String? {
        if place < positionals.count { return positionals[place] }
        guard let last = positionals.last, last.hasSuffix("...]") else { return nil }
        return last
    }
}

/// Reads a line word by word as ``WordReader`` does, and is content with whatever comes.
struct LineScanner {
    let flags: [FlagDeclaration]
    /// Whether the first argument ends the flags.
    private let endsFlags: Bool
    private(set) var arguments: [String] = []
    /// A flag whose value comes next.
    private(set) var pending: FlagDeclaration?
    private(set) var flagsEnded = false

    init(_ flags: [FlagDeclaration], endsFlags: Bool) {
        self.flags = flags
        self.endsFlags = endsFlags
    }

    /// Takes a word.
    /// - Returns: the flag that is whole with it, and its value.
    mutating func take(_ word: String) -> (flag: String, value: String?)? {
        if let flag = pending {
            pending = nil
            return (flag.name, word)
        }
        guard !flagsEnded, word.utf8.count > 1, word.hasPrefix("-") else {
            arguments.append(word)
            if endsFlags { flagsEnded = true }
            return nil
        }
        if word == "--" {
            flagsEnded = true
            return nil
        }
        return word.hasPrefix("--") ? takeLong(word) : takeShort(word)
    }

    private mutating func takeLong(_ word: String) -> (flag: String, value: String?)? {
        let name = word.dropFirst(2).prefix { $0 != "=" }
        guard let flag = flags.first(where: { $0.answers(to: name) }) else { return nil }
        let rest = word.dropFirst(2 + name.count)
        if !rest.isEmpty { return (flag.name, String(rest.dropFirst())) }
        guard flag.needsValue else { return (flag.name, nil) }
        pending = flag
        return nil
    }

    private mutating func takeShort(_ word: String) -> (flag: String, value: String?)? {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let flag = flags.first(where: { $0.short == letter }) else { return nil }
            guard flag.needsValue else { continue }
            if letters.isEmpty { pending = flag } else { return (flag.name, String(letters)) }
        }
        return nil
    }
}

extension FlagDeclaration {
    /// Whether the next word is its value, where none is written behind `=`.
    fileprivate var needsValue: Bool {
        switch value {
        case .toggle, .optional: false
        case .single, .list: true
        }
    }
}
