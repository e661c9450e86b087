// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A word inside of an action.
struct Token: Hashable {
    enum Kind: Hashable {
        /// What stands outside of actions, trimmed.
        case text([UInt8])
        /// `{{` and `}}`, with their trim markers.
        case open, close
        /// A function or a keyword.
        case word(String)
        /// `.Name`.
        case field(String)
        /// `.` alone.
        case dot
        /// `$name`; empty for `$`.
        case variable(String)
        case literal(JSON)
        case pipe, leftParenthesis, rightParenthesis, declare, assign, comma
        case end
    }

    let kind: Kind
    /// In bytes from the beginning of the template.
    let offset: Int
    /// Whether a space is before it, inside of an action.
    let followsSpace: Bool
}
