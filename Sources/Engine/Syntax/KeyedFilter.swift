// SPDX-License-Identifier: Apache-2.0
internal import Words

/// One `--filter KEY=VALUE` of a command.
protocol KeyedFilter {
    /// What is before the `=`.
    var key: String { get }
    /// Whether it has to hold by itself. Of the others with one key it is enough that any of them holds.
    var holdsAlone: Bool { get }
}

extension Sequence where Self: Collection, Element: KeyedFilter {
    /// Whether something passes, of which `holds` says what a filter says of it.
    func pass(_ holds: (Element) -> Bool) -> Bool {
        allSatisfy { filter in
            filter.holdsAlone ? holds(filter) : contains { $0.key == filter.key && holds($0) }
        }
    }
}

/// The two halves of a `--filter`.
enum FilterPair {
    /// Reads `KEY=VALUE` with one of those keys.
    static func read(_ text: String, among keys: [String]) throws(SyntaxError) -> (key: String, value: String) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else { throw SyntaxError(text, "is no filter", "write KEY=VALUE") }
        guard keys.contains(parts[0]) else {
            let near = nearestWord(to: parts[0], among: keys)
            throw SyntaxError(
                text, "has the unknown key '\(parts[0])'",
                near.map { "did you mean \($0)?" } ?? "write \(keys.joined(separator: ", "))")
        }
        return (parts[0], parts[1])
    }
}
