// SPDX-License-Identifier: Apache-2.0

/// One pattern of an ignore file, compiled: it matches whole paths, without a slash in front.
///
/// `*` and `?` stay within a part of a path, `**` takes in any number of parts, `[a-z]` and `[^a-z]` are one character,
/// and `\` takes the meaning away from what follows. It is what moby's patternmatcher makes of a pattern, with two
/// things that only its regular expressions cause left out: `^` means itself outside of brackets, and so does every
/// letter behind `\`.
struct PathPattern: Sendable {
    /// A piece of a pattern.
    enum Element: Hashable, Sendable {
        case literal([UInt8])
        /// `?`: one character, no slash.
        case one
        /// `[...]`: one character.
        case set(CharacterSet)
        /// `*`: characters, no slash.
        case many
        /// `**` with something behind it: nothing, or directories up to a slash.
        case directories
        /// `**` at the end: anything.
        case rest
    }

    /// `[...]`
    struct CharacterSet: Hashable, Sendable {
        var isNegated = false
        var ranges: [ClosedRange<UInt32>] = []
        func contains(_ scalar: UInt32) -> Bool { ranges.contains { $0.contains(scalar) } != isNegated }
    }

    /// How most patterns can be matched without walking through them.
    enum Shape: Hashable, Sendable {
        /// The path is exactly this.
        case exact([UInt8])
        /// It begins so: `dir/**`.
        case prefix([UInt8])
        /// It ends so, or is this without its slash: `**/name`.
        case suffix([UInt8])
        case walk
    }

    let elements: [Element]
    let shape: Shape
    /// What each path that matches begins and ends with, to tell most of the others quickly.
    let start: [UInt8]
    let end: [UInt8]

    /// Compiles a cleaned pattern.
    init(_ text: [UInt8]) throws(BuildError) { try self.init(Parser(text: text)) }

    /// Compiles a pattern for single names, in which `**` is no more than `*`: Go's `path.Match`.
    init(name text: [UInt8]) throws(BuildError) { try self.init(Parser(text: text, knowsDirectories: false)) }

    private init(_ parser: Parser) throws(BuildError) {
        var parser = parser
        let text = parser.text
        elements = try parser.parse()
        var start: [UInt8] = []
        var end: [UInt8] = []
        if case .literal(let bytes) = elements.first { start = bytes }
        if case .literal(let bytes) = elements.last { end = bytes }
        self.start = start
        self.end = end
        shape =
            switch parser.kind {
            case .exact: .exact(text)
            case .prefix: .prefix(Array(text.dropLast(2)))
            case .suffix: .suffix(Array(text.dropFirst(2)))
            case .walk: .walk
            }
    }

    /// Whether this is a name or path without anything special in it.
    var isLiteral: Bool { elements.allSatisfy { if case .literal = $0 { true } else { false } } }
}

extension PathPattern {
    /// Reads the text of a pattern.
    struct Parser {
        enum Kind { case exact, prefix, suffix, walk }

        let text: [UInt8]
        private var position = 0
        private var elements: [Element] = []
        private var literal: [UInt8] = []
        private(set) var kind = Kind.exact

        private let knowsDirectories: Bool

        init(text: [UInt8], knowsDirectories: Bool = true) {
            self.text = text
            self.knowsDirectories = knowsDirectories
        }

        mutating func parse() throws(BuildError) -> [Element] {
            while position < text.count {
                let byte = text[position]
                switch byte {
                case UInt8(ascii: "*"): star()
                case UInt8(ascii: "?"):
                    position += 1
                    append(.one)
                    kind = .walk
                case UInt8(ascii: "["):
                    let (set, next) = try PathPattern.characterSet(text, at: position)
                    position = next
                    append(.set(set))
                    kind = .walk
                case UInt8(ascii: "\\"):
                    guard position + 1 < text.count else {
                        throw PathPattern.bad(text, "nothing follows its last \"\\\"")
                    }
                    // A character of several bytes has no other that means something among them.
                    literal.append(text[position + 1])
                    position += 2
                    kind = .walk
                default:
                    literal.append(byte)
                    position += 1
                }
            }
            finishLiteral()
            return elements
        }

        private mutating func star() {
            let isFirst = position == 0
            position += 1
            guard knowsDirectories, position < text.count, text[position] == UInt8(ascii: "*") else {
                append(.many)
                kind = .walk
                return
            }
            position += 1
            if position < text.count, text[position] == LexicalPath.slash { position += 1 }
            if position == text.count {
                append(.rest)
                kind = kind == .exact ? .prefix : .walk
            } else {
                append(.directories)
                kind = .walk
            }
            if isFirst { kind = .suffix }
        }

        private mutating func append(_ element: Element) {
            finishLiteral()
            elements.append(element)
        }

        private mutating func finishLiteral() {
            if !literal.isEmpty { elements.append(.literal(literal)) }
            literal = []
        }
    }

    /// Reads `[...]`, which starts at `start`, and says where what follows it starts.
    static func characterSet(_ text: [UInt8], at start: Int) throws(BuildError) -> (CharacterSet, Int) {
        var set = CharacterSet()
        var position = start + 1
        if position < text.count, text[position] == UInt8(ascii: "^") {
            set.isNegated = true
            position += 1
        }
        while true {
            if position < text.count, text[position] == UInt8(ascii: "]"), !set.ranges.isEmpty {
                return (set, position + 1)
            }
            let low = try bound(text, &position)
            var high = low
            if position < text.count, text[position] == UInt8(ascii: "-") {
                position += 1
                high = try bound(text, &position)
            }
            guard low <= high else { throw bad(text, "a range in its brackets goes backwards") }
            set.ranges.append(low...high)
        }
    }

    private static func bound(_ text: [UInt8], _ position: inout Int) throws(BuildError) -> UInt32 {
        guard position < text.count else { throw bad(text, "a \"[\" of it has no \"]\"") }
        switch text[position] {
        case UInt8(ascii: "-"), UInt8(ascii: "]"):
            throw bad(
                text, "its brackets begin or end with \"-\" or \"]\": write \"\\-\" or \"\\]\" for the characters")
        case UInt8(ascii: "\\"):
            position += 1
            guard position < text.count else { throw bad(text, "nothing follows its last \"\\\"") }
        default: break
        }
        let (scalar, length) = UnicodeBytes.scalar(in: text, at: position)
        position += length
        return scalar
    }

    static func bad(_ text: [UInt8], _ words: String) -> BuildError {
        BuildError(.syntax, "\"\(String(decoding: text, as: UTF8.self))\" is no pattern: \(words)")
    }
}

/// Characters among bytes that may be anything.
enum UnicodeBytes {
    /// The character at `position` and how many bytes it has; a byte that is no part of UTF-8 is one of its own, above
    /// all that Unicode has.
    static func scalar(in bytes: [UInt8], at position: Int) -> (scalar: UInt32, length: Int) {
        let first = bytes[position]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        let alone = (0x110000 + UInt32(first), 1)
        guard first >= 0xC2, first < 0xF5, position + length <= bytes.count else { return alone }
        var value = UInt32(first) & (0xFF >> UInt32(length + 1))
        for index in 1..<length {
            let byte = bytes[position + index]
            guard byte & 0xC0 == 0x80 else { return alone }
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (value, length)
    }
}
