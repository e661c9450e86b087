// SPDX-License-Identifier: Apache-2.0

/// Replaces `$NAME` and `${NAME...}` and takes quotes and escapes away, as a Dockerfile has it: what a shell does, with
/// fewer modifiers (`-` `+` `?`, each also with `:`, `#` `##` `%` `%%`, `/` `//`).
public struct VariableExpander {
    /// A text after its expansion.
    public struct Expansion: Hashable, Sendable {
        public var text: String
        /// The same, split at blanks that are neither quoted nor escaped; those of values split too.
        public var words: [String]
        /// The names that were asked for and are set, each once, in order.
        public var used: [String]
        /// The names that were asked for and are not set.
        public var undefined: [String]
    }

    private let escape: Unicode.Scalar
    private let lookup: (String) -> String?

    /// `escape` is what the directive of that name says; `lookup` gives a variable's value, nil where it is not set.
    public init(escape: Character = "\\", lookup: @escaping (String) -> String?) {
        self.escape = escape.unicodeScalars.first ?? "\\"
        self.lookup = lookup
    }

    /// Expands an argument of an instruction.
    public func expand(_ text: String) throws(VariableError) -> Expansion { try scan(text, []) }

    /// Expands the body of a here-document: quotes stay, and a backslash escapes whatever the directive says.
    public func expand(body text: String) throws(VariableError) -> Expansion {
        try VariableExpander(escape: "\\", lookup: lookup).scan(text, .ignoresQuotes)
    }

    /// A command as a person reads it: quotes stay, and so does what is not set. A command that cannot be expanded,
    /// which only its shell needs to understand, is left as it is.
    public func title(ofCommand text: String) -> String {
        (try? scan(text, [.keepsQuotes, .keepsUndefined]))?.text ?? text
    }

    /// An instruction other than RUN as a person reads it.
    public func title(ofInstruction text: String) -> String { (try? scan(text, []))?.text ?? text }

    private func scan(_ text: String, _ options: VariableScanner.Options) throws(VariableError) -> Expansion {
        var scanner = VariableScanner(text, escape: escape, options: options, lookup: lookup)
        do {
            let (result, words) = try scanner.scan(until: nil, keepsEscapes: false)
            return Expansion(text: result, words: words, used: scanner.used, undefined: scanner.undefined)
        } catch {
            throw VariableError(error.code, error.words, in: text)
        }
    }
}
