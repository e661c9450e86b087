// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Splits the argument of a change into words, as a Dockerfile's are: quotes hold a word together, a backslash takes
/// the meaning of what follows, and `$NAME` and `${NAME}` stand for the environment so far, but not in single quotes.
struct ChangeLexer {
    /// Why the text has no words.
    struct Fault: Error { let words: String }

    private var rest: Substring
    private let environment: [String]

    init(_ text: String, environment: [String]) {
        rest = text[...]
        self.environment = environment
    }

    mutating func words() throws(Fault) -> [String] {
        var result: [String] = []
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard !rest.isEmpty else { return result }
            result.append(try word())
        }
    }

    private mutating func word() throws(Fault) -> String {
        var result = ""
        var quote: Character?
        while let character = rest.first {
            if quote == nil, character.isWhitespace { break }
            rest.removeFirst()
            switch character {
            case "'", "\"":
                if quote == nil {
                    quote = character
                } else if quote == character {
                    quote = nil
                } else {
                    result.append(character)
                }
            case "\\" where quote != "'":
                guard let next = rest.popFirst() else { throw Fault(words: "a backslash at the end") }
                if quote == "\"", !"\"\\$".contains(next) { result.append(character) }
                result.append(next)
            case "$" where quote != "'": result += try variable()
            default: result.append(character)
            }
        }
        if let quote { throw Fault(words: "the quote \(quote) is not closed") }
        return result
    }

    /// The value of the variable whose name comes next, after the dollar sign.
    private mutating func variable() throws(Fault) -> String {
        let isBraced = rest.first == "{"
        if isBraced { rest.removeFirst() }
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        rest = rest.dropFirst(name.count)
        if isBraced {
            guard !name.isEmpty, rest.popFirst() == "}" else {
                throw Fault(words: "write a variable as ${NAME}; operators as in ${NAME:-x} are not supported here")
            }
        } else if name.isEmpty {
            return "$"
        }
        return environment.reversed().lazy.compactMap { $0.rest(after: "\(name)=") }.first.map(String.init) ?? ""
    }
}
