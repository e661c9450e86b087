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

    /// Reads one document, and only walks over members of the outermost object with these keys, which the result lacks.
    public init(parsing bytes: [UInt8], without keys: [String]) throws(JSONError) {
        var parser = JSONParser(bytes, leavingOut: keys)
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
    var position: Int
    /// Where the document ends.
    let end: Int
    private var depth = 0
    /// The keys that lead to an object that is only walked over, and how many of them have been found.
    private let deferredKeys: [String]
    private var deferredKeysFound = 0
    /// Where that object is; in the result it is `null`.
    private(set) var deferred: Range<Int>?
    /// Keys of the outermost object whose values are only walked over.
    private let leftOut: [String]

    init(
        _ bytes: [UInt8], in range: Range<Int>? = nil, deferring keys: [String] = [], leavingOut leftOut: [String] = []
    ) {
        self.leftOut = leftOut
        self.bytes = bytes
        position = range?.lowerBound ?? 0
        end = range?.upperBound ?? bytes.count
        deferredKeys = keys
    }

    func failure(_ code: JSONError.Code, at offset: Int? = nil) -> JSONError {
        let place = offset ?? position
        if place >= end, case .expected = code { return JSONError(.unexpectedEnd, at: place, in: bytes) }
        return JSONError(code, at: place, in: bytes)
    }

    mutating func document() throws(JSONError) -> JSON {
        let result = try value()
        skipSpace()
        guard position == end else { throw failure(.trailing) }
        return result
    }

    @inline(__always)
    mutating func skipSpace() {
        while position < end {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    mutating func value() throws(JSONError) -> JSON {
        skipSpace()
        guard position < end else { throw failure(.unexpectedEnd) }
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
        guard bytes[position..<end].starts(with: expected) else { throw failure(.expected("a value")) }
        position += expected.count
        return value
    }

    mutating func descend() throws(JSONError) {
        depth += 1
        guard depth <= JSON.depthLimit else { throw failure(.tooDeep(limit: JSON.depthLimit)) }
        position += 1
        skipSpace()
    }

    mutating func ascend() { depth -= 1 }

    mutating func colon() throws(JSONError) {
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: ":") else { throw failure(.expected("':'")) }
        position += 1
    }

    private mutating func array() throws(JSONError) -> JSON {
        try descend()
        defer { ascend() }
        var elements: [JSON] = []
        if position < end, bytes[position] == UInt8(ascii: "]") {
            position += 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            skipSpace()
            guard position < end else { throw failure(.unexpectedEnd) }
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
        defer { ascend() }
        var members = JSON.Object()
        if position < end, bytes[position] == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipSpace()
            guard position < end, bytes[position] == UInt8(ascii: "\"") else {
                throw failure(.expected("a key in double quotes"))
            }
            let key = try string()
            try colon()
            if depth == 1, leftOut.contains(key) {
                try skipValue()
            } else {
                members[key] = try isDeferred(key) ? deferredValue() : value()
            }
            skipSpace()
            guard position < end else { throw failure(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case UInt8(ascii: "}"):
                position += 1
                return .object(members)
            default: throw failure(.expected("',' or '}'"))
            }
        }
    }

    /// Whether the value of `key`, a member of the object that is being read, is on the way to the deferred one.
    @inline(__always)
    private func isDeferred(_ key: String) -> Bool {
        depth == deferredKeysFound + 1 && deferredKeysFound < deferredKeys.count
            && key == deferredKeys[deferredKeysFound]
    }

    private mutating func deferredValue() throws(JSONError) -> JSON {
        // Of duplicate keys the last wins, also where it has not what the first had.
        deferred = nil
        guard deferredKeysFound + 1 == deferredKeys.count else {
            deferredKeysFound += 1
            defer { deferredKeysFound -= 1 }
            return try value()
        }
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: "{") else { return try value() }
        let start = position
        try skipValue()
        deferred = start..<position
        return .null
    }
}
