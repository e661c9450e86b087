// SPDX-License-Identifier: Apache-2.0

/// Reads a text once from its start, expanding as it goes.
struct VariableScanner {
    struct Options: OptionSet {
        let rawValue: Int
        /// Quotes are read, and also written.
        static let keepsQuotes = Options(rawValue: 1)
        /// Quotes are characters like others.
        static let ignoresQuotes = Options(rawValue: 2)
        /// What is not set is written as it was read.
        static let keepsUndefined = Options(rawValue: 4)
    }

    /// Braces in braces; a text of nothing else must not use the stack up.
    private static let mostLevels = 100

    private let text: [Unicode.Scalar]
    private var position = 0
    private let escape: Unicode.Scalar
    private let options: Options
    private let lookup: (String) -> String?
    private var level = 0
    private(set) var used: [String] = []
    private(set) var undefined: [String] = []

    init(_ text: String, escape: Unicode.Scalar, options: Options, lookup: @escaping (String) -> String?) {
        self.text = Array(text.unicodeScalars)
        self.escape = escape
        self.options = options
        self.lookup = lookup
    }

    private var next: Unicode.Scalar? { position < text.count ? text[position] : nil }

    private mutating func take() -> Unicode.Scalar? {
        guard let scalar = next else { return nil }
        position += 1
        return scalar
    }

    /// Up to `stop`, which is taken too, or up to the end where that is nil. With `keepsEscapes` an escape and what it
    /// escapes are both written, for a pattern to read again.
    mutating func scan(
        until stop: Unicode.Scalar?, keepsEscapes: Bool
    ) throws(VariableError) -> (text: String, words: [String]) {
        var result = String.UnicodeScalarView()
        var words = WordSplitter()
        while let scalar = next {
            if scalar == stop {
                position += 1
                return (String(result), words.finish())
            }
            switch scalar {
            case "$":
                let value = try dollar()
                result.append(contentsOf: value.unicodeScalars)
                for scalar in value.unicodeScalars { words.add(scalar) }
            case "'" where !options.contains(.ignoresQuotes):
                let quoted = try singleQuoted()
                result.append(contentsOf: quoted)
                words.add(quoted: quoted)
            case "\"" where !options.contains(.ignoresQuotes):
                let quoted = try doubleQuoted(keepsEscapes: keepsEscapes)
                result.append(contentsOf: quoted)
                words.add(quoted: quoted)
            case escape:
                position += 1
                if keepsEscapes {
                    words.add(quoted: CollectionOfOne(escape))
                    result.append(escape)
                }
                guard let escaped = take() else { break }
                words.add(quoted: CollectionOfOne(escaped))
                result.append(escaped)
            default:
                position += 1
                words.add(scalar)
                result.append(scalar)
            }
        }
        if let stop { throw VariableError(.unterminated, "the '\(stop)' that ends a ${ is missing") }
        return (String(result), words.finish())
    }

    private mutating func singleQuoted() throws(VariableError) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        let keeps = options.contains(.keepsQuotes)
        position += 1
        if keeps { result.append("'") }
        while let scalar = take() {
            if scalar == "'" {
                if keeps { result.append("'") }
                return result
            }
            result.append(scalar)
        }
        throw VariableError(.unterminated, "a single quote is not closed")
    }

    private mutating func doubleQuoted(keepsEscapes: Bool) throws(VariableError) -> String.UnicodeScalarView {
        var result = String.UnicodeScalarView()
        let keeps = options.contains(.keepsQuotes)
        position += 1
        if keeps { result.append("\"") }
        while let scalar = next {
            switch scalar {
            case "\"":
                position += 1
                if keeps { result.append("\"") }
                return result
            case "$":
                result.append(contentsOf: try dollar().unicodeScalars)
            case escape:
                position += 1
                if keepsEscapes { result.append(escape) }
                guard let escaped = next else { break }
                // Only these lose their meaning inside of quotes; in front of others the escape is itself.
                if escaped == "\"" || escaped == "$" || escaped == escape {
                    position += 1
                    result.append(escaped)
                } else {
                    result.append(escape)
                }
            default:
                position += 1
                result.append(scalar)
            }
        }
        throw VariableError(.unterminated, "a double quote is not closed")
    }
}

// What follows a dollar.
extension VariableScanner {
    private mutating func dollar() throws(VariableError) -> String {
        position += 1
        guard next == "{" else {
            let name = name()
            if name.isEmpty { return "$" }
            return value(of: name) ?? (options.contains(.keepsUndefined) ? "$" + name : "")
        }
        position += 1
        level += 1
        defer { level -= 1 }
        guard level <= Self.mostLevels else {
            throw VariableError(.tooDeep, "more than \(Self.mostLevels) ${ are inside of each other")
        }
        switch next {
        case nil: throw VariableError(.unterminated, "a '}' is missing")
        case "{", "}", ":": throw VariableError(.badSubstitution, "a name follows ${")
        default: return try braced(name())
        }
    }

    private mutating func braced(_ name: String) throws(VariableError) -> String {
        guard let first = take() else { throw VariableError(.unterminated, "a '}' is missing") }
        switch first {
        case "}":
            return value(of: name) ?? (options.contains(.keepsUndefined) ? "${\(name)}" : "")
        case ":":
            guard let modifier = take() else { throw VariableError(.unterminated, "a '}' is missing") }
            guard modifier == "-" || modifier == "+" || modifier == "?" else {
                throw unsupported(":\(modifier)", of: name)
            }
            return try substitute(name, modifier, emptyIsUnset: true)
        case "-", "+", "?":
            return try substitute(name, first, emptyIsUnset: false)
        case "#", "%":
            return try trim(name, first)
        case "/":
            return try replace(name)
        default:
            throw unsupported(String(first), of: name)
        }
    }

    private func unsupported(_ modifier: String, of name: String) -> VariableError {
        VariableError(
            .unsupportedModifier,
            name.isEmpty
                ? "a name follows ${, not '\(modifier)'"
                : "'\(modifier)' after the name \(name) is no modifier; there are :- - :+ + :? ? # ## % %% / //")
    }

    private mutating func substitute(
        _ name: String, _ modifier: Unicode.Scalar, emptyIsUnset: Bool
    ) throws(VariableError) -> String {
        let word = try scan(until: "}", keepsEscapes: false).text
        let value = value(of: name)
        if value == nil, options.contains(.keepsUndefined) {
            return "${\(name)\(emptyIsUnset ? ":" : "")\(modifier)\(word)}"
        }
        let isSet = value.map { !emptyIsUnset || !$0.isEmpty } ?? false
        switch modifier {
        case "-": return isSet ? value ?? "" : word
        case "+": return isSet ? word : ""
        default:
            guard isSet else {
                let reason = value == nil ? "is not allowed to be unset" : "is not allowed to be empty"
                throw VariableError(.required, "\(name): \(word.isEmpty ? reason : word)")
            }
            return value ?? ""
        }
    }

    private mutating func trim(_ name: String, _ modifier: Unicode.Scalar) throws(VariableError) -> String {
        var word = try scan(until: "}", keepsEscapes: true).text
        guard let value = value(of: name) else {
            return options.contains(.keepsUndefined) ? "${\(name)\(modifier)\(word)}" : ""
        }
        let isLongest = word.unicodeScalars.first == modifier
        if isLongest { word.unicodeScalars.removeFirst() }
        let pattern = try VariablePattern(word)
        return modifier == "#"
            ? pattern.droppingPrefix(of: value, isLongest: isLongest)
            : pattern.droppingSuffix(of: value, isLongest: isLongest)
    }

    private mutating func replace(_ name: String) throws(VariableError) -> String {
        let isAll = next == "/"
        if isAll { position += 1 }
        let pattern = try scan(until: "/", keepsEscapes: true).text
        let replacement = try scan(until: "}", keepsEscapes: true).text
        guard let value = value(of: name) else {
            return options.contains(.keepsUndefined) ? "${\(name)/\(isAll ? "/" : "")\(pattern)/\(replacement)}" : ""
        }
        return try VariablePattern(pattern).replacing(in: value, with: replacement, isAll: isAll)
    }

    private mutating func value(of name: String) -> String? {
        let value = lookup(name)
        if value == nil {
            if !undefined.contains(name) { undefined.append(name) }
        } else if !used.contains(name) {
            used.append(name)
        }
        return value
    }

    /// A name of letters, digits and `_`; digits only where the first is one; or one of the shell's special parameters.
    private mutating func name() -> String {
        guard let first = next else { return "" }
        if first.properties.generalCategory == .decimalNumber {
            return run { $0.properties.generalCategory == .decimalNumber }
        }
        if ["@", "*", "#", "?", "-", "$", "!"].contains(first) {
            position += 1
            return String(first)
        }
        return run { $0 == "_" || $0.isLetterOrDigit }
    }

    private mutating func run(while isPart: (Unicode.Scalar) -> Bool) -> String {
        var result = String.UnicodeScalarView()
        while let scalar = next, isPart(scalar) {
            result.append(scalar)
            position += 1
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    fileprivate var isLetterOrDigit: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
        default: false
        }
    }
}

/// Words of a text whose blanks between quotes do not split.
private struct WordSplitter {
    private var word = String.UnicodeScalarView()
    private var words: [String] = []

    mutating func add(_ scalar: Unicode.Scalar) {
        guard scalar.properties.isWhitespace else {
            word.append(scalar)
            return
        }
        if !word.isEmpty { words.append(String(word)) }
        word = String.UnicodeScalarView()
    }

    mutating func add(quoted scalars: some Sequence<Unicode.Scalar>) { word.append(contentsOf: scalars) }

    consuming func finish() -> [String] { word.isEmpty ? words : words + [String(word)] }
}
