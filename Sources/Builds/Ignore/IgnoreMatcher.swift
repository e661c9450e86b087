// SPDX-License-Identifier: Apache-2.0

/// Tells which paths an ``IgnoreFilter`` leaves out, on a walk from the root down.
///
/// A directory's answer is kept and given to the questions about what is in it, so that no path is compared with a
/// pattern for each directory above it. This, and in which cases a pattern is not looked at, is how moby's
/// patternmatcher does it (`MatchesUsingParentResults`), which decides where patterns contradict each other.
public struct IgnoreMatcher: Sendable {
    /// What is known of a directory.
    public struct Answer: Hashable, Sendable {
        /// Whether the filter leaves it out. Something below may be taken back in all the same.
        public var isExcluded: Bool
        /// The patterns that matched it, or a directory above it.
        fileprivate var matched: [Bool]
    }

    /// The answer for the root, which is never left out.
    public let root: Answer

    private struct Compiled: Sendable {
        let pattern: PathPattern
        let isException: Bool
    }
    private let patterns: [Compiled]
    private let hasExceptions: Bool
    private var scratch = PathPattern.Scratch()

    /// Throws where a pattern is none, which those of a filter that was parsed always are.
    public init(_ filter: IgnoreFilter) throws(BuildError) {
        var patterns: [Compiled] = []
        for pattern in filter.patterns {
            patterns.append(
                Compiled(pattern: try PathPattern(Array(pattern.text.utf8)), isException: pattern.isException))
        }
        self.patterns = patterns
        hasExceptions = patterns.contains(where: \.isException)
        root = Answer(isExcluded: false, matched: [Bool](repeating: false, count: patterns.count))
    }

    /// Whether `path`, bytes below the root without a slash in front, is left out. `parent` is the answer for the
    /// directory that it is in.
    public mutating func isExcluded(_ path: [UInt8], in parent: Answer) -> Bool {
        var isExcluded = false
        for index in patterns.indices {
            if parent.matched[index] || isDecided(by: index, path, isExcluded) {
                isExcluded = !patterns[index].isException
            }
        }
        return isExcluded
    }

    /// The answer for the directory `path`.
    public mutating func answer(for path: [UInt8], in parent: Answer) -> Answer {
        var answer = Answer(isExcluded: false, matched: parent.matched)
        for index in patterns.indices {
            if answer.matched[index] || isDecided(by: index, path, answer.isExcluded) {
                answer.matched[index] = true
                answer.isExcluded = !patterns[index].isException
            }
        }
        return answer
    }

    /// Whether the walk has to go into a directory that is left out: a later `!` may match something below it.
    public mutating func mayTakeBack(below directory: [UInt8], _ answer: Answer) -> Bool {
        guard hasExceptions else { return false }
        for index in patterns.indices.reversed() {
            if patterns[index].isException {
                if patterns[index].pattern.mayMatch(below: directory, &scratch) { return true }
            } else if answer.matched[index] {
                // What matched a directory matches all below it, whatever came before.
                return false
            }
        }
        return false
    }

    /// Whether `path`, which may be any number of directories below the root, is left out.
    public mutating func isExcluded(_ path: [UInt8]) -> Bool {
        guard !path.isEmpty else { return false }
        let above = answer(forDirectory: Array(path[..<(path.lastIndex(of: LexicalPath.slash) ?? 0)]))
        return isExcluded(path, in: above)
    }

    /// Whether nothing of `path` can be seen: it is left out, and so is all below it.
    mutating func hides(_ path: [UInt8], isDirectory: Bool) -> Bool {
        guard isDirectory else { return isExcluded(path) }
        let answer = answer(forDirectory: path)
        return answer.isExcluded && !mayTakeBack(below: path, answer)
    }

    /// The answer for the directory `path`, which may be any number of directories below the root, or the root.
    mutating func answer(forDirectory path: [UInt8]) -> Answer {
        guard !path.isEmpty else { return root }
        var answer = root
        for index in path.indices where path[index] == LexicalPath.slash {
            answer = self.answer(for: Array(path[..<index]), in: answer)
        }
        return self.answer(for: path, in: answer)
    }

    /// Whether any pattern may match something below a directory.
    mutating func mayMatch(below directory: [UInt8]) -> Bool {
        for index in patterns.indices where patterns[index].pattern.mayMatch(below: directory, &scratch) { return true }
        return false
    }

    /// Whether a pattern matches, which is only asked where it would change anything.
    private mutating func isDecided(by index: Int, _ path: [UInt8], _ isExcluded: Bool) -> Bool {
        patterns[index].isException == isExcluded && patterns[index].pattern.matches(path, &scratch)
    }
}
