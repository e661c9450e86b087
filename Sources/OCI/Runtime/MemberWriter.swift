// SPDX-License-Identifier: Apache-2.0

/// Writes the members of one object of a runtime document. What is absent is left out, as ``MemberReader`` reads it.
struct MemberWriter {
    private var members = JSON.Object()

    var json: JSON { .object(members) }

    mutating func value(_ key: String, _ value: JSON?) {
        if let value { members[key] = value }
    }

    mutating func text(_ key: String, _ text: String?) {
        if let text { members[key] = .string(text) }
    }

    mutating func texts(_ key: String, _ texts: [String]) {
        if !texts.isEmpty { members[key] = JSON(texts) }
    }

    mutating func bool(_ key: String, _ value: Bool?) {
        if let value { members[key] = .bool(value) }
    }

    /// A truth value that is false where it is absent.
    mutating func flag(_ key: String, _ value: Bool) {
        if value { members[key] = true }
    }

    mutating func number(_ key: String, _ number: (some FixedWidthInteger)?) {
        if let number { members[key] = JSON(number) }
    }

    /// A number that is 0 where it is absent.
    mutating func amount(_ key: String, _ number: some FixedWidthInteger) {
        if number != 0 { members[key] = JSON(number) }
    }

    mutating func word(_ key: String, _ word: (some RawRepresentable<String>)?) {
        if let word { members[key] = .string(word.rawValue) }
    }

    mutating func words(_ key: String, _ words: [some RawRepresentable<String>]) {
        texts(key, words.map(\.rawValue))
    }

    mutating func list<T>(_ key: String, _ elements: [T], _ json: (T) -> JSON) {
        if !elements.isEmpty { members[key] = .array(elements.map(json)) }
    }

    mutating func entries<T>(_ key: String, _ elements: [T], _ entry: (T) -> (String, JSON)) {
        if !elements.isEmpty { members[key] = .object(JSON.Object(elements.map(entry))) }
    }

    mutating func settings(_ key: String, _ settings: [RuntimeConfiguration.Setting]) {
        entries(key, settings) { ($0.key, .string($0.value)) }
    }
}

extension JSON {
    /// The object that `fill` writes.
    static func members(_ fill: (inout MemberWriter) -> Void) -> JSON {
        var writer = MemberWriter()
        fill(&writer)
        return writer.json
    }
}
