// SPDX-License-Identifier: Apache-2.0

extension JSON {
    /// How deep arrays and objects may nest: as deep as Foundation's reader goes, and far from the end of the stack.
    public static let depthLimit = 512

    /// Reads one document, strictly as RFC 8259 says: no comments, no trailing commas, no byte order mark.
    ///
    /// Of duplicate keys the last wins, as in Go's reader, which the other tools of this field use.
    public init(parsing bytes: [UInt8]) throws(JSONError) {
        var parser = JSONParser(bytes)
        self = try parser.document()
    }

    /// Reads one document from text.
    public init(parsing text: String) throws(JSONError) {
        try self.init(parsing: Array(text.utf8))
    }
}

/// Walks once over the bytes of a document.
struct JSONParser {
    let bytes: [UInt8]
    var position = 0
    private var depth = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func failure(_ code: JSONError.Code, at offset: Int? = nil) -> JSONError {
        let place = offset ?? position
        if place >= bytes.count, case .expected = code { return JSONError(.unexpectedEnd, at: place, in: bytes) }
        return JSONError(code, at: place, in: bytes)
    }

    mutating func document() throws(JSONError) -> JSON {
        let result = try value()
        skipSpace()
        guard position == bytes.count else { throw failure(.trailing) }
        return result
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        guard position < bytes.count else { throw failure(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw failure(.expected("a value"))
        }
    }

    private mutating func word(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        let expected = "\(text)".utf8
        guard bytes[position...].starts(with: expected) else { throw failure(.expected("a value")) }
        position += expected.count
        return value
    }

    private mutating func descend() throws(JSONError) {
        depth += 1
        guard depth <= JSON.depthLimit else { throw failure(.tooDeep(limit: JSON.depthLimit)) }
        position += 1
        skipSpace()
    }

    private mutating func array() throws(JSONError) -> JSON {
        try descend()
        defer { depth -= 1 }
        var elements: [JSON] = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "]"):
                position += 1
                return .array(elements)
            default: throw failure(.expected("',' or ']'"))
            }
        }
    }

    private mutating func object() throws(JSONError) -> JSON {
        try descend()
        defer { depth -= 1 }
        var members = JSON.Object()
        if position < bytes.count, bytes[position] == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw failure(.expected("a key in double quotes"))
            }
            let key = try string()
            skipSpace()
            guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { throw failure(.expected("':'")) }
            position += 1
            members[key] = try value()
            skipSpace()
            guard position < bytes.count else { throw failure(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            default: throw failure(.expected("',' or '}'"))
            }
        }
    }
}
