// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// The members of a request's JSON, being written or being read: each field of a request is told to it once, for both.
///
/// What is nil or empty has no member. Where one is read there may be none that nobody asks for: it would be a wish of
/// the user's that is not fulfilled.
struct RequestForm {
    /// What is written.
    private(set) var members = JSON.Object()
    /// What is read; nil while writing.
    private let source: JSON.Object?
    private var known: Set<String> = []

    /// A form to write into.
    init() { source = nil }

    /// A form to read from.
    init(_ source: JSON.Object) { self.source = source }

    /// A value of any type; nil where it has no member, which sets nil.
    mutating func value<Value>(
        _ key: String, _ value: inout Value?, write: (Value) -> JSON,
        read: (JSON) throws(RequestFormatError) -> Value
    ) throws(RequestFormatError) {
        guard let source else {
            members[key] = value.map(write)
            return
        }
        known.insert(key)
        do throws(RequestFormatError) {
            value = if let json = source[key] { try read(json) } else { nil }
        } catch { throw error.inside(key) }
    }

    /// A value that is as it was where it has no member.
    mutating func value<Value>(
        _ key: String, _ value: inout Value, write: (Value) -> JSON, read: (JSON) throws(RequestFormatError) -> Value
    ) throws(RequestFormatError) {
        var found: Value? = value
        try self.value(key, &found, write: write, read: read)
        value = found ?? value
    }

    /// A list of values, without a member where it is empty.
    mutating func list<Value>(
        _ key: String, _ values: inout [Value], write: (Value) -> JSON,
        read: (JSON) throws(RequestFormatError) -> Value
    ) throws(RequestFormatError) {
        var found: [Value]? = values.isEmpty ? nil : values
        try value(key, &found) {
            .array($0.map(write))
        } read: { json throws(RequestFormatError) in
            guard let elements = json.array else { throw RequestFormatError(expected: "a list", found: json) }
            var values: [Value] = []
            for (index, element) in elements.enumerated() {
                do throws(RequestFormatError) { values.append(try read(element)) } catch { throw error.inside(index) }
            }
            return values
        }
        values = found ?? []
    }

    /// Says that a member of the source was none of the fields.
    func finish() throws(RequestFormatError) {
        guard let source, let key = source.keys.first(where: { !known.contains($0) }) else { return }
        throw RequestFormatError(unknown: key)
    }
}

extension RequestForm {
    mutating func flag(_ key: String, _ value: inout Bool) throws(RequestFormatError) {
        var found: Bool? = value ? true : nil
        try self.value(key, &found, write: JSON.bool) { json throws(RequestFormatError) in
            guard let flag = json.bool else { throw RequestFormatError(expected: "true or false", found: json) }
            return flag
        }
        value = found ?? false
    }

    mutating func number(_ key: String, _ value: inout Int?) throws(RequestFormatError) {
        try self.value(key, &value) {
            .integer(Int64($0))
        } read: { json throws(RequestFormatError) in
            guard let number = json.whole(as: Int.self) else {
                throw RequestFormatError(expected: "a whole number", found: json)
            }
            return number
        }
    }

    mutating func text(_ key: String, _ value: inout String) throws(RequestFormatError) {
        try self.value(key, &value, write: JSON.string, read: Self.text)
    }

    mutating func text(_ key: String, _ value: inout String?) throws(RequestFormatError) {
        try self.value(key, &value, write: JSON.string, read: Self.text)
    }

    mutating func texts(_ key: String, _ values: inout [String]) throws(RequestFormatError) {
        try list(key, &values, write: JSON.string, read: Self.text)
    }

    /// A value as it is written on the command line: `read` takes the text that is its description.
    mutating func word<Value: CustomStringConvertible>(
        _ key: String, _ value: inout Value?, _ read: (String) throws(SyntaxError) -> Value
    ) throws(RequestFormatError) {
        try self.value(key, &value) {
            .string($0.description)
        } read: { json throws(RequestFormatError) in
            try Self.word(json, read)
        }
    }

    /// A value as it is written on the command line, which is as it was where it has no member.
    mutating func word<Value: CustomStringConvertible>(
        _ key: String, _ value: inout Value, _ read: (String) throws(SyntaxError) -> Value
    ) throws(RequestFormatError) {
        try self.value(key, &value) {
            .string($0.description)
        } read: { json throws(RequestFormatError) in
            try Self.word(json, read)
        }
    }

    /// Values as they are written on the command line, one each.
    mutating func words<Value: CustomStringConvertible>(
        _ key: String, _ values: inout [Value], _ read: (String) throws(SyntaxError) -> Value
    ) throws(RequestFormatError) {
        try list(key, &values) {
            .string($0.description)
        } read: { json throws(RequestFormatError) in
            try Self.word(json, read)
        }
    }

    static func text(_ json: JSON) throws(RequestFormatError) -> String {
        guard let text = json.string else { throw RequestFormatError(expected: "a text", found: json) }
        return text
    }

    static func word<Value>(
        _ json: JSON, _ read: (String) throws(SyntaxError) -> Value
    ) throws(RequestFormatError) -> Value {
        let text = try text(json)
        do { return try read(text) } catch { throw RequestFormatError(error) }
    }
}
