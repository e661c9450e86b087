// SPDX-License-Identifier: Apache-2.0

/// When an image is asked for at its registry: `--pull`.
public enum PullPolicy: String, Hashable, Sendable {
    /// Each time.
    case always
    /// Where the store has none of that name.
    case missing
    case never

    public init(parsing text: String) throws(SyntaxError) {
        guard let policy = PullPolicy(rawValue: text) else {
            throw SyntaxError(text, "does not say when to pull", "write always, missing or never")
        }
        self = policy
    }
}
