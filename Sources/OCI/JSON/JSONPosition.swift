// SPDX-License-Identifier: Apache-2.0

/// A place in a document for people to look at.
public struct JSONPosition: Hashable, Sendable, CustomStringConvertible {
    /// From 1.
    public var line: Int
    /// In characters (Unicode scalars), from 1.
    public var column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The place of the byte at `offset`.
    init(of offset: Int, in bytes: [UInt8]) {
        line = 1
        column = 1
        for byte in bytes.prefix(offset) {
            if byte == 0x0A {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
        }
    }

    /// `3:14`.
    public var description: String { "\(line):\(column)" }
}

extension JSONPath {
    /// Where the value at this path is in `document`, or else the innermost one on the way to it. Nil where the document
    /// is no JSON.
    ///
    /// Of a member that is there the place is its key's, as people look for the key.
    public func position(in document: [UInt8]) -> JSONPosition? {
        var parser = JSONParser(document)
        guard let offset = try? parser.offset(of: steps[...]) else { return nil }
        return JSONPosition(of: offset, in: document)
    }
}

extension JSONParser {
    /// Where the value at the end of `steps` starts, counted from the value at the position.
    fileprivate mutating func offset(of steps: ArraySlice<JSONPath.Step>) throws(JSONError) -> Int {
        skipSpace()
        let start = position
        guard position < end, let step = steps.first else { return start }
        switch (step, bytes[position]) {
        case (.key(let key), UInt8(ascii: "{")):
            return try offset(ofMember: key, steps.dropFirst()) ?? start
        case (.index(let index), UInt8(ascii: "[")):
            return try offset(ofElement: index, steps.dropFirst()) ?? start
        default: return start
        }
    }

    /// The last member of that name, as it is the one that counts.
    private mutating func offset(ofMember key: String, _ rest: ArraySlice<JSONPath.Step>) throws(JSONError) -> Int? {
        var result: Int?
        position += 1
        while true {
            skipSpace()
            guard position < end, bytes[position] == UInt8(ascii: "\"") else { return result }
            let start = position
            let name = try string()
            try colon()
            let value = position
            if name == key {
                let inner = try offset(of: rest)
                result = rest.isEmpty ? start : inner
                position = value
            }
            try skipValue()
            guard try comma() else { return result }
        }
    }

    private mutating func offset(ofElement index: Int, _ rest: ArraySlice<JSONPath.Step>) throws(JSONError) -> Int? {
        position += 1
        for _ in 0..<index {
            try skipValue()
            guard try comma() else { return nil }
        }
        return try offset(of: rest)
    }

    private mutating func comma() throws(JSONError) -> Bool {
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: ",") else { return false }
        position += 1
        return true
    }
}
