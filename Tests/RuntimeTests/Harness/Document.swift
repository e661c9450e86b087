// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A JSON document that is read and changed by member: `config.process.args = ["true"]`. A member set to nil is removed;
/// one that is not there is nil.
@dynamicMemberLookup enum Document: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Above what an `Int64` holds.
    case unsigned(UInt64)
    case real(Double)
    case string(String)
    case array([Document])
    case object([String: Document])

    init(_ value: Bool) { self = .bool(value) }
    init(_ value: String) { self = .string(value) }
    init<Integer: BinaryInteger>(_ value: Integer) {
        self = Int64(exactly: value).map(Self.integer) ?? .unsigned(UInt64(clamping: value))
    }
    init(_ values: [String]) { self = .array(values.map(Self.string)) }
    init(_ values: [Document]) { self = .array(values) }

    /// Reads one document, and nothing after it but space.
    init(text: String) throws { self = try JSONDecoder().decode(Document.self, from: Data(text.utf8)) }

    subscript(dynamicMember name: String) -> Document {
        get { self[name] }
        set { self[name] = newValue }
    }

    subscript(name: String) -> Document {
        get { if case .object(let members) = self { members[name] ?? .null } else { .null } }
        set {
            var members = if case .object(let members) = self { members } else { [String: Document]() }
            members[name] = newValue == .null ? nil : newValue
            self = .object(members)
        }
    }

    subscript(index: Int) -> Document {
        get { array.indices.contains(index) ? array[index] : .null }
        set {
            var elements = array
            elements[index] = newValue
            self = .array(elements)
        }
    }

    /// Adds an element to an array, which is made where there is none.
    mutating func append(_ element: Document) { self = .array(array + [element]) }

    /// Leaves out elements of an array.
    mutating func removeAll(where condition: (Document) -> Bool) { self = .array(array.filter { !condition($0) }) }

    /// The elements; none where it is not an array.
    var array: [Document] { if case .array(let elements) = self { elements } else { [] } }
    /// The members; none where it is not an object.
    var members: [String: Document] { if case .object(let members) = self { members } else { [:] } }
    var string: String? { if case .string(let value) = self { value } else { nil } }
    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The strings of an array.
    var strings: [String] { array.compactMap(\.string) }

    /// As JSON in one line, its members sorted.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

extension Document: Codable {
    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let integer = try? value.decode(Int64.self) {
            self = .integer(integer)
        } else if let unsigned = try? value.decode(UInt64.self) {
            self = .unsigned(unsigned)
        } else if let real = try? value.decode(Double.self) {
            self = .real(real)
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let array = try? value.decode([Document].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: Document].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .null: try value.encodeNil()
        case .bool(let bool): try value.encode(bool)
        case .integer(let integer): try value.encode(integer)
        case .unsigned(let unsigned): try value.encode(unsigned)
        case .real(let real): try value.encode(real)
        case .string(let string): try value.encode(string)
        case .array(let array): try value.encode(array)
        case .object(let object): try value.encode(object)
        }
    }
}

extension Document: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: Document...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, Document)...) {
        self = .object(Dictionary(elements) { $1 })
    }
    init(nilLiteral: ()) { self = .null }
}

extension Document: CustomStringConvertible {
    var description: String { text }
}
