// SPDX-License-Identifier: Apache-2.0

extension JSONParser {
    /// Walks over one value without making anything of it.
    ///
    /// What is inside of strings is not looked at: escapes and UTF-8 are checked where the value is read.
    mutating func skipValue() throws(JSONError) {
        skipSpace()
        guard position < end else { throw failure(.unexpectedEnd) }
        switch bytes[position] {
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "{"):
            try skipParts(until: UInt8(ascii: "}"), "',' or '}'") { parser throws(JSONError) in
                try parser.skipKey()
                try parser.skipValue()
            }
        case UInt8(ascii: "["):
            try skipParts(until: UInt8(ascii: "]"), "',' or ']'") { parser throws(JSONError) in
                try parser.skipValue()
            }
        default: _ = try value()
        }
    }

    /// Walks over a key and its colon.
    private mutating func skipKey() throws(JSONError) {
        skipSpace()
        guard position < end, bytes[position] == UInt8(ascii: "\"") else {
            throw failure(.expected("a key in double quotes"))
        }
        try skipString()
        try colon()
    }

    private mutating func skipString() throws(JSONError) {
        var place = position + 1
        while place < end {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                position = place + 1
                return
            case UInt8(ascii: "\\"): place += 2
            case 0..<0x20: throw failure(.controlCharacter(bytes[place]), at: place)
            default: place += 1
            }
        }
        throw failure(.unexpectedEnd, at: end)
    }

    private mutating func skipParts(
        until close: UInt8, _ expected: String, _ part: (inout JSONParser) throws(JSONError) -> Void
    ) throws(JSONError) {
        try descend()
        defer { ascend() }
        if position < end, bytes[position] == close {
            position += 1
            return
        }
        while true {
            try part(&self)
            skipSpace()
            guard position < end else { throw failure(.unexpectedEnd) }
            switch bytes[position] {
            case UInt8(ascii: ","): position += 1
            case close:
                position += 1
                return
            default: throw failure(.expected(expected))
            }
        }
    }
}
