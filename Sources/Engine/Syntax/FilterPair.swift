// SPDX-License-Identifier: Apache-2.0
internal import Words

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
