// SPDX-License-Identifier: Apache-2.0

/// Environment variables in the order in which they were first set. There are few, and each is looked for once, so they
/// are a list: a dictionary would cost more to set up than the look-ups do.
struct Variables: Sendable {
    private var list: [(name: String, value: String)] = []

    init() {}

    /// The variables that `NAME=value` lines are; a line without a value is an empty one.
    init(lines: [String]) {
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            set(String(parts[0]), parts.count == 2 ? String(parts[1]) : "")
        }
    }

    mutating func set(_ name: String, _ value: String) {
        if let index = list.firstIndex(where: { $0.name == name }) {
            list[index].value = value
        } else {
            list.append((name, value))
        }
    }

    mutating func apply(_ change: EnvironmentArgument.Change) {
        switch change {
        case .set(let name, let value): set(name, value)
        case .remove(let name): list.removeAll { $0.name == name }
        }
    }

    /// `NAME=value`, as exec takes them.
    var lines: [String] { list.map { "\($0.name)=\($0.value)" } }
}
