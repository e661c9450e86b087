// SPDX-License-Identifier: Apache-2.0

/// A place in a Dockerfile: lines and columns count from 1, columns in bytes.
public struct SourcePosition: Hashable, Sendable, Comparable {
    public var line: Int
    public var column: Int
    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
    public static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// From a place up to another, which is not part of it.
public struct SourceRange: Hashable, Sendable {
    public var start: SourcePosition
    public var end: SourcePosition
    public init(_ start: SourcePosition, _ end: SourcePosition) {
        self.start = start
        self.end = end
    }
}

/// The text of a Dockerfile and what it is called in messages.
public struct DockerfileSource: Hashable, Sendable {
    public var name: String
    /// Physical lines, without their ends.
    public var lines: [String]
    public init(name: String, lines: [String]) {
        self.name = name
        self.lines = lines
    }
}

/// A Dockerfile, read: what it says, with nothing expanded or looked up.
public struct Dockerfile: Hashable, Sendable {
    public var source: DockerfileSource
    public var directives: [Directive]
    public var instructions: [Instruction]
    /// Blank lines inside of a continued instruction, which the language will forbid one day.
    public var emptyContinuationLines: [SourceRange]

    public init(
        source: DockerfileSource, directives: [Directive], instructions: [Instruction],
        emptyContinuationLines: [SourceRange] = []
    ) {
        self.source = source
        self.directives = directives
        self.instructions = instructions
        self.emptyContinuationLines = emptyContinuationLines
    }

    /// `# syntax=`, `# escape=` and `# check=` at the top.
    public struct Directive: Hashable, Sendable {
        public enum Key: String, Hashable, Sendable { case syntax, escape, check }
        public var key: Key
        public var value: String
        public var range: SourceRange
        public init(key: Key, value: String, range: SourceRange) {
            self.key = key
            self.value = value
            self.range = range
        }
    }
}

/// One instruction with its continuation lines and here-documents.
public struct Instruction: Hashable, Sendable {
    /// The first word, as it is written.
    public var keyword: String
    /// Flags in front of the arguments.
    public var flags: [Flag]
    /// What follows the flags, lines joined, without bodies of here-documents.
    public var text: String
    /// The whole instruction, keyword and flags included, lines joined, without bodies.
    public var original: String
    public var heredocs: [Heredoc]
    public var body: Body
    /// From the keyword to the last line, bodies included.
    public var range: SourceRange
    /// Where the words of the arguments stand, as the instruction splits them: the image, AS and the name of FROM,
    /// each pair of ENV, each source of COPY and its destination, or all of ``text`` where it is one word.
    public var wordRanges: [SourceRange]
    /// The comments directly above, without `#`: above FROM and ARG, `# name text` describes a stage or an argument.
    public var comments: [String]
    /// Rules that a comment `# check=skip=...` directly above leaves out here; `all` for each.
    public var skippedChecks: [String]

    public init(
        keyword: String, flags: [Flag] = [], text: String, original: String, heredocs: [Heredoc] = [], body: Body,
        range: SourceRange, wordRanges: [SourceRange] = [], comments: [String] = [], skippedChecks: [String] = []
    ) {
        self.keyword = keyword
        self.flags = flags
        self.text = text
        self.original = original
        self.heredocs = heredocs
        self.body = body
        self.range = range
        self.wordRanges = wordRanges
        self.comments = comments
        self.skippedChecks = skippedChecks
    }

    /// `--name` or `--name=value`.
    public struct Flag: Hashable, Sendable {
        public var name: String
        public var value: String?
        public var range: SourceRange
        public init(name: String, value: String?, range: SourceRange) {
            self.name = name
            self.value = value
            self.range = range
        }
    }
}

/// `<<NAME`, and the lines up to one that is NAME.
public struct Heredoc: Hashable, Sendable {
    public var name: String
    /// The digits in front of `<<`; only a shell means something by them.
    public var descriptor: Int
    /// Whether variables are left alone, since a part of the name was quoted.
    public var isQuoted: Bool
    /// Whether leading tabs were taken away (`<<-`).
    public var stripsTabs: Bool
    /// With its last newline.
    public var contents: String
    public var range: SourceRange
    public init(
        name: String, descriptor: Int = 0, isQuoted: Bool, stripsTabs: Bool, contents: String, range: SourceRange
    ) {
        self.name = name
        self.descriptor = descriptor
        self.isQuoted = isQuoted
        self.stripsTabs = stripsTabs
        self.contents = contents
        self.range = range
    }
}
