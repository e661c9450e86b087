// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What can be called: Go's own functions, and docker's.
enum Function: String, CaseIterable, Sendable {
    case and, or, not
    case eq, ne, lt, le, gt, ge
    case index, slice, len
    case print, printf, println
    case json, join, split, lower, upper, title, pad, truncate
}

extension Evaluator {
    /// The value of a function. `and` and `or` are not called: they leave arguments alone.
    func call(_ function: Function, _ arguments: [Value], at offset: Int) throws(Problem) -> Value {
        let call = Call(function: function, arguments: arguments, offset: offset)
        switch function {
        case .and, .or: throw call.wrong("write its arguments behind it")
        case .not: return .bool(!(try call.only()).isTrue)
        case .eq, .ne, .lt, .le, .gt, .ge: return .bool(try call.compared())
        case .index: return try call.indexed()
        case .slice: return try call.sliced()
        case .len: return .integer(Int64(try call.length()))
        case .print: return .string(try call.bounded(call.printed()))
        case .println: return .string(try call.bounded(arguments.map(\.shown).joined(separator: " ") + "\n"))
        case .printf: return .string(try call.bounded(try call.formatted()))
        case .json:
            let value = try call.only() ?? .null
            return .string((value == root ? json : value).description)
        case .join: return .string(try call.bounded(try call.joined()))
        case .split: return try call.divided()
        case .lower: return .string(try call.text(0, of: 1).lowercased())
        case .upper: return .string(try call.text(0, of: 1).uppercased())
        case .title: return .string(Self.title(try call.text(0, of: 1)))
        case .pad: return .string(try call.padded())
        case .truncate:
            let text = try call.text(0, of: 2)
            let length = try call.number(1)
            guard length >= 0 else { throw call.wrong("write a length of 0 or more") }
            return .string(String(String.UnicodeScalarView(text.unicodeScalars.prefix(length))))
        }
    }

    /// Each word with a capital letter first.
    private static func title(_ text: String) -> String {
        var result = ""
        var isInside = false
        for character in text {
            result += isInside ? String(character) : String(character).uppercased()
            isInside = character.isLetter || character.isNumber || character == "_" || character == "'"
        }
        return result
    }
}

/// A function with its arguments.
struct Call {
    let function: Function
    let arguments: [JSON?]
    let offset: Int

    func wrong(_ advice: String) -> Problem { Problem(.wrongValue, at: offset, "\(function): \(advice)") }

    /// The only argument.
    func only() throws(Problem) -> JSON? {
        guard arguments.count == 1 else { throw wrong("it takes one argument, not \(arguments.count)") }
        return arguments[0]
    }

    /// The argument at `place` of `count`, which is a text.
    func text(_ place: Int, of count: Int) throws(Problem) -> String {
        guard arguments.count == count else {
            throw wrong("it takes \(count) argument\(count == 1 ? "" : "s"), not \(arguments.count)")
        }
        guard case .string(let text)? = arguments[place] else {
            throw wrong("argument \(place + 1) is \(kind(place)), and has to be a text")
        }
        return text
    }

    func kind(_ place: Int) -> String { (arguments[place] ?? .null).kind }

    func number(_ place: Int) throws(Problem) -> Int {
        guard arguments.indices.contains(place), let number = arguments[place]?.int else {
            throw wrong("argument \(place + 1) has to be a whole number")
        }
        return number
    }

    /// A text that is not longer than a template's whole text may be.
    func bounded(_ text: String) throws(Problem) -> String {
        guard text.utf8.count <= Evaluator.mostBytes else {
            throw Problem(.tooMuch, at: offset, "\(function): the text is too long: write a smaller one")
        }
        return text
    }

    /// As Go's `Sprint`: a space between two of which neither is a text.
    func printed() -> String {
        var text = ""
        var former: JSON??
        for argument in arguments {
            if let former, former?.string == nil, argument?.string == nil { text += " " }
            text += argument.shown
            former = .some(argument)
        }
        return text
    }

    func joined() throws(Problem) -> String {
        let separator = try text(1, of: 2)
        switch arguments[0] {
        case nil, .null?: return ""
        case .array(let elements)?: return elements.map(\.shown).joined(separator: separator)
        default: throw wrong("argument 1 is \(kind(0)), and has to be a list")
        }
    }

    func divided() throws(Problem) -> JSON {
        let text = Array(try text(0, of: 2).utf8)
        let separator = Array(try self.text(1, of: 2).utf8)
        guard let first = separator.first else {
            return .array(String(decoding: text, as: UTF8.self).unicodeScalars.map { .string(String($0)) })
        }
        var (parts, start, place) = ([JSON](), 0, 0)
        while place + separator.count <= text.count {
            guard text[place] == first, text[place..<place + separator.count].elementsEqual(separator) else {
                place += 1
                continue
            }
            parts.append(.string(String(decoding: text[start..<place], as: UTF8.self)))
            place += separator.count
            start = place
        }
        return .array(parts + [.string(String(decoding: text[start...], as: UTF8.self))])
    }

    /// Spaces before and behind a text that is not empty.
    func padded() throws(Problem) -> String {
        let text = try text(0, of: 3)
        let (before, after) = (try number(1), try number(2))
        guard (0...10_000).contains(before), (0...10_000).contains(after) else {
            throw wrong("write numbers of spaces from 0 to 10000")
        }
        if text.isEmpty { return text }
        return String(repeating: " ", count: before) + text + String(repeating: " ", count: after)
    }
}
