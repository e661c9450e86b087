// SPDX-License-Identifier: Apache-2.0

/// White space as Dockerfiles have it. Two notions are in use: what separates words (`[\t\v\f\r ]+`), and what is
/// trimmed from the ends of a text (Unicode's White_Space, as Go's `unicode.IsSpace`).
extension UInt8 {
    /// A tab, a vertical tab, a form feed, a carriage return or a space.
    var separatesWords: Bool { self == 0x20 || self == 0x09 || (0x0B...0x0D).contains(self) }
    var isASCIIDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    var isASCIILetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
    var isQuote: Bool { self == UInt8(ascii: "\"") || self == UInt8(ascii: "'") }
}

extension ArraySlice<UInt8> {
    /// How many bytes the white space at `index` has; 0 where something else stands.
    func whitespaceLength(at index: Int) -> Int {
        let byte = self[index]
        if byte == 0x20 || (0x09...0x0D).contains(byte) { return 1 }
        if byte < 0xC2 { return 0 }
        let next = index + 1 < endIndex ? self[index + 1] : 0
        if byte == 0xC2 { return next == 0x85 || next == 0xA0 ? 2 : 0 }
        let third = index + 2 < endIndex ? self[index + 2] : 0
        switch (byte, next, third) {
        case (0xE1, 0x9A, 0x80), (0xE2, 0x80, 0x80...0x8A), (0xE2, 0x80, 0xA8...0xA9), (0xE2, 0x80, 0xAF),
            (0xE2, 0x81, 0x9F), (0xE3, 0x80, 0x80):
            return 3
        default: return 0
        }
    }

    /// Without white space at its start.
    var trimmedAtStart: Self {
        var start = startIndex
        while start < endIndex {
            let length = whitespaceLength(at: start)
            if length == 0 { break }
            start += length
        }
        return self[start...]
    }

    /// Without white space at its ends.
    var trimmed: Self {
        var rest = trimmedAtStart
        shorten: while !rest.isEmpty {
            for length in 1...3 where rest.count >= length {
                if rest.whitespaceLength(at: rest.endIndex - length) == length {
                    rest = rest.dropLast(length)
                    continue shorten
                }
            }
            break
        }
        return rest
    }

    /// The pieces between runs of tabs, vertical tabs, form feeds, carriage returns and spaces.
    func words() -> [Self] { split(whereSeparator: \.separatesWords) }

    var text: String { String(decoding: self, as: UTF8.self) }

    /// In ASCII's lower case.
    var lowercase: String { text.lowercased() }
}
