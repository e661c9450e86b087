// SPDX-License-Identifier: Apache-2.0

/// A JSON value (RFC 8259), as the OCI specifications write their documents.
///
/// It is read and written without Foundation, which costs more to start than a container may take.
public enum JSON: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A whole number without fraction or exponent that fits.
    case integer(Int64)
    /// A whole number above `Int64.max`: device ids, limits and seccomp arguments are unsigned 64-bit ones.
    case unsigned(UInt64)
    /// Any other number. What is not finite cannot be written in JSON and becomes `null`.
    case number(Double)
    case string(String)
    case array([JSON])
    case object(Object)
}

extension JSON {
    /// The text, if this is a string.
    public var string: String? { if case .string(let value) = self { value } else { nil } }
    /// The truth value, if this is one.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }
    /// The elements, if this is an array.
    public var array: [JSON]? { if case .array(let value) = self { value } else { nil } }
    /// The members, if this is an object.
    public var object: Object? { if case .object(let value) = self { value } else { nil } }
    /// Whether this is `null`.
    public var isNull: Bool { if case .null = self { true } else { false } }

    /// The whole number, if this is one and fits.
    public var int64: Int64? { whole(as: Int64.self) }
    /// The whole number, if this is one and fits.
    public var uint64: UInt64? { whole(as: UInt64.self) }
    /// The whole number, if this is one and fits.
    public var uint32: UInt32? { whole(as: UInt32.self) }
    /// The whole number, if this is one and fits.
    public var int: Int? { whole(as: Int.self) }

    /// The whole number, if this is one and fits `type`.
    public func whole<T: FixedWidthInteger>(as type: T.Type) -> T? {
        switch self {
        case .integer(let value): T(exactly: value)
        case .unsigned(let value): T(exactly: value)
        default: nil
        }
    }

    /// The number, if this is one, rounded where a double cannot hold it.
    public var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .unsigned(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The elements as texts, if this is an array of strings only.
    public var strings: [String]? {
        guard case .array(let elements) = self else { return nil }
        var result: [String] = []
        result.reserveCapacity(elements.count)
        for element in elements {
            guard case .string(let value) = element else { return nil }
            result.append(value)
        }
        return result
    }

    /// The member of this object with that key; nil where there is none or this is no object.
    ///
    /// Setting makes an object of whatever else this was; setting nil removes the member.
    public subscript(key: String) -> JSON? {
        get { if case .object(let members) = self { members[key] } else { nil } }
        set {
            var members = object ?? Object()
            self = .null
            members[key] = newValue
            self = .object(members)
        }
    }

    /// The element of this array at `position`; nil where there is none or this is no array.
    public subscript(position: Int) -> JSON? {
        guard case .array(let elements) = self, elements.indices.contains(position) else { return nil }
        return elements[position]
    }

    /// A whole number, lossless over the whole range of `Int64` and `UInt64`.
    public init(_ value: some FixedWidthInteger) {
        if let small = Int64(exactly: value) {
            self = .integer(small)
        } else if let large = UInt64(exactly: value) {
            self = .unsigned(large)
        } else {
            self = .number(Double(value))
        }
    }
    /// A text.
    public init(_ value: String) { self = .string(value) }
    /// An array of texts.
    public init(_ values: [String]) { self = .array(values.map { .string($0) }) }
    /// An object of texts, in the order of its keys, so that the same dictionary is always written the same.
    public init(_ values: [String: String]) {
        self = .object(Object(values.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }))
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(floatLiteral value: Double) { self = .number(value) }
    public init(nilLiteral: ()) { self = .null }
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(Object(elements)) }
}

extension JSON: CustomStringConvertible {
    /// The document on one line.
    public var description: String { String(decoding: bytes(), as: UTF8.self) }
}
