// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Words

/// The keys of one value of the command line while they are read: each is taken once, and what is left at the end nobody knows.
struct ValueKeys {
    let text: String
    private var values: [(key: String, value: String)] = []
    /// All that were asked for.
    private var known: [String] = []

    /// Takes the fields apart. The key is read without regard to case, up to the first dot, where a name of the user's
    /// own begins.
    init(_ text: String, _ fields: [String]) throws(SyntaxError) {
        self.text = text
        for field in fields {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else {
                throw SyntaxError(text, "has the word '\(field)'", "write KEY=VALUE")
            }
            let word = pair[0].prefix { $0 != "." }
            let key = word.lowercased() + pair[0].dropFirst(word.count)
            let name = Self.otherNames[key] ?? key
            guard !values.contains(where: { $0.key == name }) else {
                throw SyntaxError(text, "has the key '\(key)' twice", "write it once")
            }
            values.append((name, String(pair[1])))
        }
    }

    private static let otherNames = ["destination": "dest", "source": "src"]

    /// The value of `key`, which must not be empty.
    mutating func take(_ key: String) throws(SyntaxError) -> String? {
        known.append(key)
        guard let place = values.firstIndex(where: { $0.key == key }) else { return nil }
        let value = values.remove(at: place).value
        guard !value.isEmpty else { throw SyntaxError(text, "has no value for '\(key)'", "write \(key)=VALUE") }
        return value
    }

    /// The keys that start so, with their values.
    mutating func takeAll(startingWith prefix: String) -> [(key: String, value: String)] {
        known.append(prefix)
        let taken = values.filter { $0.key.hasPrefix(prefix) }
        values.removeAll { $0.key.hasPrefix(prefix) }
        return taken
    }

    /// The truth value of `key`.
    mutating func flag(_ key: String) throws(SyntaxError) -> Bool? {
        guard let value = try take(key) else { return nil }
        return try readBoolean(value, of: text)
    }

    /// Refuses `key` with another value than the one that is meant anyhow.
    mutating func demand(_ key: String, _ only: Bool, _ advice: String) throws(SyntaxError) {
        if let value = try flag(key), value != only {
            throw SyntaxError(text, "has \(key)=\(value)", advice)
        }
    }

    /// Refuses what nobody has taken. `kind` is what the value is: `type=local`, `a secret`.
    func finish(_ kind: String) throws(SyntaxError) {
        guard let left = values.first else { return }
        let near = nearestWord(to: left.key, among: known)
        throw SyntaxError(
            text, "has '\(left.key)', which \(kind) does not know",
            near.map { "did you mean \($0)?" } ?? "leave it out")
    }
}
