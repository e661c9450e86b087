// SPDX-License-Identifier: Apache-2.0

/// The table of one command: what it takes on its line, and where in `Options` it goes.
///
/// Building a table costs as much as its flags; a ``Program`` builds only the one that was asked for.
public struct Command<Options: Sendable>: Sendable {
    /// What the command does: a capital first, no full stop.
    public let summary: String
    /// More than the summary says, a paragraph a string; shown by `--help`.
    public let discussion: [String]
    /// The flags, in the order in which help shows their groups.
    public let groups: [FlagGroup<Options>]
    /// What is no flag, in order. Only the last may take more than one word.
    public let positionals: [Positional<Options>]
    /// What the options are where nothing is given.
    public let defaults: Options

    /// A command with its flags in groups.
    public init(
        _ summary: String, discussion: [String] = [], options defaults: Options,
        positionals: [Positional<Options>] = [], groups: [FlagGroup<Options>] = []
    ) {
        self.summary = summary
        self.discussion = discussion
        self.groups = groups
        self.positionals = positionals
        self.defaults = defaults
    }

    /// A command with few flags, in one group.
    public init(
        _ summary: String, discussion: [String] = [], options defaults: Options,
        positionals: [Positional<Options>] = [], flags: [Flag<Options>]
    ) {
        self.init(
            summary, discussion: discussion, options: defaults, positionals: positionals,
            groups: [FlagGroup("Options", flags)])
    }

    /// Whether flags end at the first word that is none.
    var endsFlagsAtFirstPositional: Bool {
        for index in positionals.indices where positionals[index].count == .verbatim { return true }
        return false
    }

    /// What help, completion and manual pages are made of.
    public var outline: CommandOutline {
        CommandOutline(
            summary: summary, discussion: discussion, positionals: positionals.map { $0.synopsis },
            groups: groups.map { ($0.title, $0.declarations) }, endsFlags: endsFlagsAtFirstPositional)
    }
}

/// Flags that help shows under one title.
public struct FlagGroup<Options: Sendable>: Sendable {
    /// The title, without a colon.
    public let title: String
    /// The flags, in the order shown.
    public let flags: [Flag<Options>]

    /// `flags` under `title`.
    public init(_ title: String, _ flags: [Flag<Options>]) {
        self.title = title
        self.flags = flags
    }

    /// How the flags are written. A loop, since each function of a sequence looks up types of what is generic here, at
    /// the start of every command.
    var declarations: [FlagDeclaration] {
        var declarations: [FlagDeclaration] = []
        declarations.reserveCapacity(flags.count)
        for index in flags.indices { declarations.append(flags[index].declaration) }
        return declarations
    }
}

/// A command as help sees it: words only.
public struct CommandOutline: Sendable {
    /// What the command does, one line.
    public let summary: String
    /// Paragraphs that say more.
    public let discussion: [String]
    /// The arguments as the line of usage writes them.
    public let positionals: [String]
    /// The titles of the groups and their flags.
    public internal(set) var groups: [(title: String, flags: [FlagDeclaration])]
    /// Whether flags end at the first argument.
    var endsFlags = false

    /// The flags, all groups together.
    var flags: [FlagDeclaration] {
        var all: [FlagDeclaration] = []
        for group in groups { all += group.flags }
        return all
    }

    /// The flags that are shown, all groups together.
    public var shownFlags: [FlagDeclaration] { groups.flatMap { $0.flags.filter { !$0.isHidden } } }

    /// Whether `-h` asks for help; not where the command has another use for it, as `run` for its host name.
    public var takesShortHelp: Bool { !groups.contains { $0.flags.contains { $0.short == "h" } } }
}
