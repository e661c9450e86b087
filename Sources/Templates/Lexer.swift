// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// Takes a template apart into text and the words of its actions: text/template/parse of Go, lex.go.
struct Lexer {
    let bytes: [UInt8]
    var place = 0
    var tokens: [Token] = []

    /// The tokens of a template; the last is the end.
    static func tokens(of bytes: [UInt8]) throws(Problem) -> [Token] {
        var lexer = Lexer(bytes: bytes)
        try lexer.readAll()
        return lexer.tokens
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    func peek(_ ahead: Int = 0) -> UInt8? { place + ahead < bytes.count ? bytes[place + ahead] : nil }

    func starts(with text: StaticString, at offset: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard offset >= 0, offset + count <= bytes.count else { return false }
        return bytes[offset..<offset + count].elementsEqual(text.description.utf8)
    }

    mutating func add(_ kind: Token.Kind, at offset: Int, space: Bool = false) {
        tokens.append(Token(kind: kind, offset: offset, followsSpace: space))
    }

    private mutating func readAll() throws(Problem) {
        var trims = false
        while place < bytes.count {
            let start = place
            while place < bytes.count, !starts(with: "{{", at: place) { place += 1 }
            let isAction = place < bytes.count
            var text = bytes[start..<place]
            if trims { text = text.drop(while: Self.isSpace) }
            trims = false
            if isAction, starts(with: "{{-", at: place), place + 3 < bytes.count, Self.isSpace(bytes[place + 3]) {
                while let last = text.last, Self.isSpace(last) { text.removeLast() }
            }
            if !text.isEmpty { add(.text(Array(text)), at: start) }
            if isAction { trims = try readAction() }
        }
        add(.end, at: bytes.count)
    }

    /// Reads from `{{` to behind `}}`; whether the text behind it is trimmed.
    private mutating func readAction() throws(Problem) -> Bool {
        let start = place
        place += 2
        if peek() == UInt8(ascii: "-"), let next = peek(1), Self.isSpace(next) { place += 2 }
        let inner = place
        while let byte = peek(), Self.isSpace(byte) { place += 1 }
        if starts(with: "/*", at: place) { return try readComment(from: start) }
        place = inner
        add(.open, at: start)
        var hasSpace = false
        while let byte = peek() {
            if starts(with: "}}", at: place) {
                add(.close, at: place)
                place += 2
                return false
            }
            if hasSpace, starts(with: "-}}", at: place) {
                add(.close, at: place)
                place += 3
                return true
            }
            if Self.isSpace(byte) {
                hasSpace = true
                place += 1
                continue
            }
            try readWord(byte, space: hasSpace)
            hasSpace = false
        }
        throw Problem(.syntax, at: start, "'{{' has no end: write '}}'")
    }

    private mutating func readComment(from start: Int) throws(Problem) -> Bool {
        var end = place + 2
        while end < bytes.count, !starts(with: "*/", at: end) { end += 1 }
        guard end < bytes.count else { throw Problem(.syntax, at: place, "the comment has no end: write '*/'") }
        place = end + 2
        var spaces = 0
        while let byte = peek(), Self.isSpace(byte) {
            place += 1
            spaces += 1
        }
        if spaces > 0, starts(with: "-}}", at: place) {
            place += 3
            return true
        }
        guard starts(with: "}}", at: place) else {
            throw Problem(.syntax, at: start, "a comment is an action of its own: write '}}' behind its '*/'")
        }
        place += 2
        return false
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    /// Letters, digits and `_`, and all beyond ASCII.
    static func isName(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
