// SPDX-License-Identifier: Apache-2.0

/// Variables in the order in which they were first set.
struct Environment: Hashable, Sendable {
    private(set) var names: [String] = []
    private var values: [String: String] = [:]

    init() {}

    /// `NAME=value`; of two of one name the later counts.
    init(_ list: [String]) {
        for entry in list { set(entry) }
    }

    subscript(name: String) -> String? { values[name] }

    mutating func set(_ name: String, to value: String) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    /// Sets `NAME=value`; a name alone has an empty value.
    mutating func set(_ entry: String) {
        let (name, value) = Self.split(entry)
        set(name, to: value)
    }

    /// `NAME=value`, in order.
    var list: [String] { names.map { "\($0)=\(values[$0] ?? "")" } }

    static func split(_ entry: String) -> (name: String, value: String) {
        // By bytes: an accent in front of the value would hide the sign.
        let parts = entry.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            .map { String(Substring($0)) }
        return (parts[0], parts.count == 2 ? parts[1] : "")
    }
}
