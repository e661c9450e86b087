// SPDX-License-Identifier: Apache-2.0

/// Why a text with `$NAME` in it could not be expanded.
public struct VariableError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// `${}`, `${:x}`: no name.
        case badSubstitution
        /// A brace, a quote or a slash that has no other half.
        case unterminated
        /// `${v^^}`, `${v:0:3}` and others that a shell knows and a Dockerfile does not.
        case unsupportedModifier
        /// `${v?words}` of a variable that is not set, or is empty with `:?`.
        case required
        /// A backslash in a pattern in front of what needs none.
        case badPattern
        /// More `${` inside of each other than anybody writes.
        case tooDeep
    }
    public var code: Code
    /// What is wrong, in lower case.
    public var words: String
    /// The whole text that was to be expanded.
    public var text: String

    public init(_ code: Code, _ words: String, in text: String = "") {
        self.code = code
        self.words = words
        self.text = text
    }

    public var description: String { "cannot expand \"\(text)\": \(words)" }
}
