// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension Lexer {
    /// Reads one word of an action, which begins with `byte`.
    mutating func readWord(_ byte: UInt8, space: Bool) throws(Problem) {
        let start = place
        switch byte {
        case UInt8(ascii: "|"): simple(.pipe)
        case UInt8(ascii: "("): simple(.leftParenthesis)
        case UInt8(ascii: ")"): simple(.rightParenthesis)
        case UInt8(ascii: ","): simple(.comma)
        case UInt8(ascii: "="): simple(.assign)
        case UInt8(ascii: ":"):
            guard peek(1) == UInt8(ascii: "=") else { throw unexpected(byte) }
            add(.declare, at: start, space: space)
            place += 2
        case UInt8(ascii: "."):
            guard let next = peek(1) else { return simple(.dot) }
            if Self.isDigit(next) { return try readNumber(space: space) }
            place += 1
            add(Self.isLetter(next) ? .field(readName()) : .dot, at: start, space: space)
        case UInt8(ascii: "$"):
            place += 1
            add(.variable(readName()), at: start, space: space)
        case UInt8(ascii: "\""): add(.literal(.string(try readQuoted())), at: start, space: space)
        case UInt8(ascii: "`"): add(.literal(.string(try readRaw())), at: start, space: space)
        case UInt8(ascii: "'"): add(.literal(try readCharacter()), at: start, space: space)
        case UInt8(ascii: "+"), UInt8(ascii: "-"): try readNumber(space: space)
        default:
            if Self.isDigit(byte) { return try readNumber(space: space) }
            guard Self.isLetter(byte) else { throw unexpected(byte) }
            add(.word(readName()), at: start, space: space)
        }

        func simple(_ kind: Token.Kind) {
            add(kind, at: start, space: space)
            place += 1
        }
    }

    private func unexpected(_ byte: UInt8) -> Problem {
        let shown = byte > 0x20 && byte < 0x7F ? "'\(Unicode.Scalar(byte))'" : "the byte \(byte)"
        return Problem(
            .syntax, at: place, "\(shown) means nothing in an action: write fields, functions and texts in quotes")
    }

    private mutating func readName() -> String {
        let start = place
        while let byte = peek(), Self.isName(byte) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Whole numbers of any of Go's bases, and decimal fractions.
    private mutating func readNumber(space: Bool) throws(Problem) {
        let start = place
        if peek() == UInt8(ascii: "-") || peek() == UInt8(ascii: "+") { place += 1 }
        while let byte = peek() {
            let isSign = byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            let former = bytes[place - (place > start ? 1 : 0)] | 0x20
            guard Self.isName(byte) || byte == UInt8(ascii: ".") || isSign && former == UInt8(ascii: "e") else { break }
            place += 1
        }
        let text = String(decoding: bytes[start..<place].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        guard let number = Self.number(text) else {
            throw Problem(.syntax, at: start, "'\(text)' is no number: write digits, as in 12 or 1.5")
        }
        add(.literal(number), at: start, space: space)
    }

    private static func number(_ text: String) -> JSON? {
        let isNegative = text.hasPrefix("-")
        let digits = isNegative || text.hasPrefix("+") ? String(text.dropFirst()) : text
        let lower = digits.lowercased()
        var (radix, body) = (10, lower[...])
        for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] where lower.hasPrefix(prefix) {
            (radix, body) = (base, lower.dropFirst(2))
        }
        guard let first = body.utf8.first, isName(first) || first == UInt8(ascii: ".") else { return nil }
        if radix == 10, body.utf8.count > 1, body.utf8.allSatisfy(isDigit), body.hasPrefix("0") { radix = 8 }
        if let whole = Int64((isNegative ? "-" : "") + body, radix: radix) { return .integer(whole) }
        if !isNegative, let whole = UInt64(body, radix: radix) { return .unsigned(whole) }
        guard radix == 10, isDigit(first) || first == UInt8(ascii: "."), let value = Double(text), value.isFinite else {
            return nil
        }
        return .number(value)
    }

    private mutating func readRaw() throws(Problem) -> String {
        let start = place
        place += 1
        while let byte = peek(), byte != UInt8(ascii: "`") { place += 1 }
        guard place < bytes.count else { throw Problem(.syntax, at: start, "the text has no end: write a second '`'") }
        place += 1
        return String(decoding: bytes[start + 1..<place - 1], as: UTF8.self)
    }

    private mutating func readQuoted() throws(Problem) -> String {
        let start = place
        place += 1
        var text: [UInt8] = []
        while let byte = peek(), byte != 0x0A {
            place += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                text += try readEscape(quote: UInt8(ascii: "\""))
            } else {
                text.append(byte)
            }
        }
        throw Problem(.syntax, at: start, "the text has no end: write a second '\"'")
    }

    /// `'a'`, which is a number as in Go.
    private mutating func readCharacter() throws(Problem) -> JSON {
        let start = place
        place += 1
        var text: [UInt8] = []
        while let byte = peek(), byte != 0x0A, byte != UInt8(ascii: "'") {
            place += 1
            if byte == UInt8(ascii: "\\") {
                text += try readEscape(quote: UInt8(ascii: "'"))
            } else {
                text.append(byte)
            }
        }
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        guard peek() == UInt8(ascii: "'"), scalars.count == 1 else {
            throw Problem(.syntax, at: start, "single quotes are for one character: write \"a text\" in double ones")
        }
        place += 1
        return .integer(Int64(scalars[0].value))
    }

    /// What stands for a backslash and what follows it.
    private mutating func readEscape(quote: UInt8) throws(Problem) -> [UInt8] {
        let start = place - 1
        let wrong = Problem(.syntax, at: start, "the backslash begins nothing: write \\n, \\t, \\\\, \\\" or \\u263a")
        guard let byte = peek() else { throw wrong }
        place += 1
        switch byte {
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "a"): return [0x07]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "v"): return [0x0B]
        case UInt8(ascii: "\\"), quote: return [byte]
        case UInt8(ascii: "x"): return [UInt8(truncatingIfNeeded: try hexadecimal(2, wrong))]
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            let value = try hexadecimal(byte == UInt8(ascii: "u") ? 4 : 8, wrong)
            guard let scalar = Unicode.Scalar(value) else { throw wrong }
            return Array(String(scalar).utf8)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            place -= 1
            guard
                let value = UInt8(
                    String(decoding: bytes[place..<min(place + 3, bytes.count)], as: UTF8.self), radix: 8),
                place + 3 <= bytes.count
            else { throw wrong }
            place += 3
            return [value]
        default: throw wrong
        }
    }

    private mutating func hexadecimal(_ count: Int, _ wrong: Problem) throws(Problem) -> UInt32 {
        let digits = bytes[place..<min(place + count, bytes.count)]
        guard digits.count == count, digits.allSatisfy({ Self.isName($0) }),
            let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw wrong }
        place += count
        return value
    }
}
