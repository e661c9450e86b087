// SPDX-License-Identifier: Apache-2.0

/// Why a text is not a Dockerfile, and where.
public struct DockerfileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Bytes that are no UTF-8, or a NUL.
        case encoding
        case lineTooLong
        /// No instruction, or no FROM.
        case empty
        /// A directive that is written twice, or with a value that it does not take.
        case directive
        /// `# syntax=` asks for another language.
        case foreignSyntax
        case unknownInstruction
        /// An instruction other than ARG in front of the first FROM.
        case outsideStage
        case flag
        /// What follows the flags.
        case arguments
        case heredoc
        /// An instruction that ONBUILD cannot put off.
        case trigger
        /// Of the language, but not carried out by this version.
        case unsupported
    }

    public var code: Code
    /// What is wrong: one line, lower case.
    public var words: String
    public var range: SourceRange
    /// What to write instead: one line.
    public var hint: String?
    /// The text that ``range`` is a place in.
    public var source: DockerfileSource

    public init(_ code: Code, _ words: String, at range: SourceRange, hint: String? = nil, in source: DockerfileSource)
    {
        self.code = code
        // They quote the file, which can have anything in it.
        self.words = words.shown
        self.range = range
        self.hint = hint?.shown
        self.source = source
    }

    /// `Dockerfile:3:5: unknown instruction RUM: did you mean RUN?`
    public var description: String {
        "\(source.name):\(range.start.line):\(range.start.column): \(words)\(hint.map { ": \($0)" } ?? "")"
    }

    /// The place and the words, the lines with a caret below the place, and the hint; for a person, without a newline
    /// at the end.
    public var excerpt: String {
        SourceExcerpt(source: source, range: range, words: words, hint: hint).description
    }

    /// The same as a failure of the build.
    public var buildError: BuildError {
        BuildError(
            code == .unsupported || code == .foreignSyntax ? .unsupported : .syntax, words, at: range, cause: self)
    }
}
