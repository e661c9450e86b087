// SPDX-License-Identifier: Apache-2.0

extension Exercise {
    /// A hint for whoever has typed something: what is missing of it, or what it does not do.
    public struct Reaction: Hashable, Sendable {
        /// What stands in a line, as `--pid host`, each somewhere in it.
        public var typed: [String]
        /// What does not stand in the last such line.
        public var without: [String]
        public var says: String

        /// Whether the last line that has all that is `typed` has nothing of what it is `without`.
        func holds(of lines: [TypedLine]) -> Bool {
            guard let last = lines.last(where: { line in typed.allSatisfy(line.has) }) else { return false }
            return !without.contains(where: last.has)
        }
    }

    /// The first hint that what was typed gives reason to; nil where none does.
    public func reaction(to lines: [TypedLine]) -> String? { reactions.first { $0.holds(of: lines) }?.says }
}
