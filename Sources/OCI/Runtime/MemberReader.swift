// SPDX-License-Identifier: Apache-2.0

/// Reads the members of one object of a runtime document.
///
/// `null` is absent, as for Go's reader, and members that nobody asks for are ignored, as the specification says. An
/// error gets its path on the way out, so that nothing is spent on paths where all is well.
struct MemberReader {
    private let members: JSON.Object

    init(_ json: JSON) throws(RuntimeFormatError) {
        guard case .object(let members) = json else { throw .wrongType("an object", json) }
        self.members = members
    }

    /// The member as `read` makes it of JSON.
    func optional<T>(
        _ key: String, _ read: (JSON) throws(RuntimeFormatError) -> T
    ) throws(RuntimeFormatError) -> T? {
        guard let value = members[key], !value.isNull else { return nil }
        do { return try read(value) } catch { throw error.inside(.key(key)) }
    }

    private func required<T>(
        _ key: String, _ expected: @autoclosure () -> String, _ value: T?
    ) throws(RuntimeFormatError) -> T {
        guard let value else { throw RuntimeFormatError(.missing, at: JSONPath([.key(key)]), expected: expected()) }
        return value
    }

    /// The text; nil where it is absent or empty.
    func text(_ key: String) throws(RuntimeFormatError) -> String? {
        let text = try optional(key, JSON.text)
        return text == "" ? nil : text
    }

    func requiredText(_ key: String) throws(RuntimeFormatError) -> String {
        try required(key, "a text", try optional(key, JSON.text))
    }

    /// The list of texts, empty where it is absent.
    func texts(_ key: String) throws(RuntimeFormatError) -> [String] { try list(key, JSON.text) }

    func bool(_ key: String) throws(RuntimeFormatError) -> Bool? { try optional(key, JSON.bool) }

    func number<T: FixedWidthInteger>(_ key: String, as type: T.Type = T.self) throws(RuntimeFormatError) -> T? {
        try optional(key) { json throws(RuntimeFormatError) in try json.number(as: T.self) }
    }

    func requiredNumber<T: FixedWidthInteger>(_ key: String) throws(RuntimeFormatError) -> T {
        try required(key, "a number", try number(key))
    }

    /// One of the words that the specification has; nil where it is absent or empty.
    func word<T: RawRepresentable<String> & CaseIterable>(_ key: String) throws(RuntimeFormatError) -> T? {
        guard let value = members[key], value != .string("") else { return nil }
        return try optional(key) { json throws(RuntimeFormatError) in try json.word() }
    }

    func requiredWord<T: RawRepresentable<String> & CaseIterable>(_ key: String) throws(RuntimeFormatError) -> T {
        let value: T? = try optional(key) { json throws(RuntimeFormatError) in try json.word() }
        return try required(key, T.allCases.map(\.rawValue).joined(separator: ", "), value)
    }

    func words<T: RawRepresentable<String> & CaseIterable>(_ key: String) throws(RuntimeFormatError) -> [T] {
        try list(key) { json throws(RuntimeFormatError) in try json.word() }
    }

    /// The elements as `read` makes them of JSON; none where the member is absent.
    func list<T>(_ key: String, _ read: (JSON) throws(RuntimeFormatError) -> T) throws(RuntimeFormatError) -> [T] {
        guard let value = members[key], !value.isNull else { return [] }
        guard case .array(let elements) = value else { throw .wrongType("a list", value).inside(.key(key)) }
        if elements.isEmpty { return [] }
        var result: [T] = []
        result.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            do { result.append(try read(element)) } catch { throw error.inside(.index(index)).inside(.key(key)) }
        }
        return result
    }

    /// The members of the object at `key` as `read` makes them of key and value, in their order; none where it is absent.
    func entries<T>(
        _ key: String, _ read: (String, JSON) throws(RuntimeFormatError) -> T
    ) throws(RuntimeFormatError) -> [T] {
        guard let value = members[key], !value.isNull else { return [] }
        guard case .object(let entries) = value else { throw .wrongType("an object", value).inside(.key(key)) }
        var result: [T] = []
        result.reserveCapacity(entries.count)
        for (name, entry) in entries {
            do { result.append(try read(name, entry)) } catch { throw error.inside(.key(name)).inside(.key(key)) }
        }
        return result
    }

    /// An object whose values are texts.
    func settings(_ key: String) throws(RuntimeFormatError) -> [RuntimeConfiguration.Setting] {
        try entries(key) { key, value throws(RuntimeFormatError) in
            RuntimeConfiguration.Setting(key: try JSON.string(key).text(), value: try value.text())
        }
    }
}

extension JSON {
    static func text(_ json: JSON) throws(RuntimeFormatError) -> String { try json.text() }

    /// A text that the kernel can be given: its strings end at the character 0, and what follows would be lost.
    func text() throws(RuntimeFormatError) -> String {
        guard case .string(let text) = self else { throw .wrongType("a text", self) }
        if text.utf8.contains(0) {
            throw RuntimeFormatError(.zeroCharacter, expected: "a text without \\u0000", found: shortDescription)
        }
        return text
    }

    static func bool(_ json: JSON) throws(RuntimeFormatError) -> Bool {
        guard case .bool(let value) = json else { throw .wrongType("true or false", json) }
        return value
    }

    func number<T: FixedWidthInteger>(as type: T.Type) throws(RuntimeFormatError) -> T {
        switch self {
        case .integer(let value): if let number = T(exactly: value) { return number }
        case .unsigned(let value): if let number = T(exactly: value) { return number }
        case .number:
            throw RuntimeFormatError(
                .outOfRange, expected: "a number of at most \(T.max), without a fraction or an exponent",
                found: shortDescription)
        default: throw .wrongType("a number", self)
        }
        throw RuntimeFormatError(.outOfRange, expected: "a number from \(T.min) to \(T.max)", found: shortDescription)
    }

    static func number<T: FixedWidthInteger>(_ json: JSON) throws(RuntimeFormatError) -> T {
        try json.number(as: T.self)
    }

    func word<T: RawRepresentable<String> & CaseIterable>() throws(RuntimeFormatError) -> T {
        let text = try text()
        guard let word = T(rawValue: text) else { throw .unknownWord(text, of: T.allCases.map(\.rawValue)) }
        return word
    }
}
