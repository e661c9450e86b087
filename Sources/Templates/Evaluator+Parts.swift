// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

extension Evaluator {
    /// The field of a value, or what its method returns.
    func part(_ field: Operand.Field, of value: Value, arguments: [Value]) throws(Problem) -> Value {
        let name = field.name
        guard let value, !value.isNull else {
            throw Problem(
                .missing, at: field.offset, "there is no \(name) of nothing: ask with {{if}} or {{with}} before")
        }
        guard case .object(let members) = value else {
            throw Problem(.missing, at: field.offset, "there is no \(name) of \(value.kind): it has no fields")
        }
        if let member = members[name] {
            guard arguments.isEmpty else {
                throw Problem(.wrongValue, at: field.offset, "\(name) is no function: write its arguments elsewhere")
            }
            return member
        }
        if let method = methods[name] {
            guard let result = method(arguments.map { $0 ?? .null }) else {
                throw Problem(.wrongValue, at: field.offset, "\(name) is called otherwise: write .\(name) \"KEY\"")
            }
            return result
        }
        if members.isMap { return nil }
        let near = nearestWord(to: name, among: members.keys + methods.keys.sorted())
        throw Problem(
            .missing, at: field.offset,
            "there is no field \(name): "
                + (near.map { "did you mean \($0)?" } ?? "write one of \(members.keys.joined(separator: ", "))"))
    }

    /// What a range walks through.
    struct Elements {
        let count: Int
        /// Whether it is a number, whose rounds have no key.
        let isNumber: Bool
        /// The key and the value of a round.
        let element: (Int) -> (Value, Value)
        var isEmpty: Bool { count == 0 }
    }

    static func elements(of value: Value, at offset: Int) throws(Problem) -> Elements {
        switch value {
        case nil, .null?: return Elements(count: 0, isNumber: false) { _ in (nil, nil) }
        case .array(let elements)?:
            return Elements(count: elements.count, isNumber: false) { (.integer(Int64($0)), elements[$0]) }
        case .object(let members)?:
            // In the order of the keys, as Go walks through its maps.
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            return Elements(count: sorted.count, isNumber: false) { (.string(sorted[$0].key), sorted[$0].value) }
        case .integer(let count)?:
            return Elements(count: max(0, Int(count)), isNumber: true) { (.integer(Int64($0)), .integer(Int64($0))) }
        case let other?:
            throw Problem(.wrongValue, at: offset, "range cannot walk through \(other.kind): give it a list")
        }
    }
}

extension JSON.Object {
    /// Whether it is like a map of Go's rather than a struct: a struct's fields begin with capital letters.
    var isMap: Bool {
        !allSatisfy { member in
            guard let first = member.key.utf8.first, UInt8(ascii: "A")...UInt8(ascii: "Z") ~= first else {
                return false
            }
            return member.key.utf8.allSatisfy(Lexer.isName)
        } || isEmpty
    }
}

extension JSON {
    /// What it is, with its article.
    var kind: String {
        switch self {
        case .null: "nothing"
        case .bool: "a truth value"
        case .integer, .unsigned, .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
