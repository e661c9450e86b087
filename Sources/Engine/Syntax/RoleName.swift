// SPDX-License-Identifier: Apache-2.0

/// `--task-role`: what the operator calls a set of credentials. It also is the name of a file.
public struct RoleName: Hashable, Sendable, CustomStringConvertible {
    /// The name.
    public let description: String

    public init(parsing text: String) throws(SyntaxError) {
        guard let first = text.utf8.first, first.isLetter || first.isDigit, text.utf8.count <= 128,
            text.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "_.-".utf8.contains($0) })
        else {
            throw SyntaxError(
                text, "is no name of a role",
                "write letters, digits, '_', '.' and '-', a letter or digit first, at most 128 of them")
        }
        description = text
    }
}
