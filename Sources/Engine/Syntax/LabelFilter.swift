// SPDX-License-Identifier: Apache-2.0

/// `label=KEY[=VALUE]` and `label!=KEY[=VALUE]` of a `--filter`.
public struct LabelFilter: Hashable, Sendable {
    let key: String
    /// What it has to be; nil where any is right.
    let value: String?
    /// Whether things with it pass, or those without.
    let isWanted: Bool

    /// Reads what is behind `label=`, or behind `label!=`.
    init(parsing text: String, isWanted: Bool = true) {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        key = pair[0]
        value = pair.count == 2 ? pair[1] : nil
        self.isWanted = isWanted
    }

    /// Whether what has that value, or none, for ``key`` passes.
    func passes(_ find: (String) -> String?) -> Bool {
        guard let found = find(key) else { return !isWanted }
        return (value == nil || value == found) == isWanted
    }
}
