// SPDX-License-Identifier: Apache-2.0
internal import Words

/// Why a document does not follow the runtime specification, and at which member.
public struct RuntimeFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// The document is no JSON.
        case syntax(JSONError)
        /// A member is of another kind than it must be.
        case wrongType
        /// A number has a fraction or does not fit.
        case outOfRange
        /// A word is none of those that the specification has.
        case unknownWord
        /// A member that must be there is not.
        case missing
        /// A text holds the character 0, which ends it for the kernel.
        case zeroCharacter
    }

    public var code: Code
    public var path: JSONPath
    /// What may be there.
    public var expected: String
    /// What is there, shortened; nil where nothing is.
    public var found: String?
    /// The word that was probably meant.
    public var suggestion: String?

    init(_ code: Code, at path: JSONPath = JSONPath(), expected: String = "", found: String? = nil) {
        self.code = code
        self.path = path
        self.expected = expected
        self.found = found
    }

    static func wrongType(_ expected: String, _ json: JSON) -> RuntimeFormatError {
        RuntimeFormatError(.wrongType, expected: expected, found: json.shortDescription)
    }

    static func unknownWord(_ word: String, of words: [String]) -> RuntimeFormatError {
        var error = RuntimeFormatError(
            .unknownWord, expected: words.joined(separator: ", "), found: JSON.string(word).shortDescription)
        error.suggestion = nearestWord(to: word, among: words)
        return error
    }

    /// The same error, seen from outside of the object or array that it is in.
    func inside(_ step: JSONPath.Step) -> RuntimeFormatError {
        var result = self
        result.path = path.inside(step)
        return result
    }

    /// Where it is: exact for syntax; else the member, or for one that is missing what it is missing from.
    ///
    /// `document` is what was read. It is walked over once more, which costs nothing where nothing is wrong.
    public func position(in document: [UInt8]) -> JSONPosition? {
        if case .syntax(let error) = code { return JSONPosition(line: error.line, column: error.column) }
        return path.position(in: document)
    }

    /// `linux.namespaces[2].type: expected pid, network, mount, ..., not "netwrok"; did you mean "network"?`.
    public var description: String {
        switch code {
        case .syntax(let error): return "\(error)"
        case .missing: return "\(path): it is missing, expected \(expected)"
        case .wrongType, .outOfRange, .unknownWord, .zeroCharacter:
            let words = "\(path): expected \(expected)" + (found.map { ", not \($0)" } ?? "")
            return suggestion.map { "\(words); did you mean \"\($0)\"?" } ?? words
        }
    }
}

extension JSON {
    /// What it is, for people, on one line, without what could move a terminal's cursor.
    var shortDescription: String {
        switch self {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .integer, .unsigned, .number: "the number \(self)"
        case .string(let text) where text.utf8.count > 60: "\(JSON.string(String(text.prefix(57))))..."
        case .string: "\(self)"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
