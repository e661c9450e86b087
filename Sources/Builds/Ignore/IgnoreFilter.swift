// SPDX-License-Identifier: Apache-2.0

/// The patterns of a `.dockerignore`, or of `--exclude`: which paths below a root are left out.
///
/// The last pattern that matches a path, or a directory above it, decides. The root itself is never left out.
/// ``IgnoreMatcher`` carries it out.
public struct IgnoreFilter: Hashable, Sendable {
    /// One line, cleaned: `!` taken away and noted, no slash in front or at the end.
    public struct Pattern: Hashable, Sendable {
        public var text: String
        /// `!`: takes paths back in.
        public var isException: Bool
        public init(text: String, isException: Bool = false) {
            self.text = text
            self.isException = isException
        }
    }
    public let patterns: [Pattern]

    public init(patterns: [Pattern]) { self.patterns = patterns }

    /// Whether nothing is left out.
    public var isEmpty: Bool { patterns.isEmpty }
}
