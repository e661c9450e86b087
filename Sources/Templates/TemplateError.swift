// SPDX-License-Identifier: Apache-2.0

/// Why a template is none, or has no text for a value; where in it, and what to write.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// It is not written as templates are.
        case syntax
        /// The value has no such part.
        case missing
        /// A function or an operation is not for the values that it got.
        case wrongValue
        /// It would take too long or become too long.
        case tooMuch
        /// A part of Go's templates that is not there.
        case unsupported
    }

    public let code: Code
    /// What is wrong, and what to do about it.
    public let words: String
    /// From 1.
    public let line: Int
    /// In bytes, from 1.
    public let column: Int

    init(_ problem: Problem, in template: [UInt8]) {
        code = problem.code
        words = problem.words
        let before = template.prefix(problem.offset)
        line = before.count { $0 == 0x0A } + 1
        column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
    }

    /// `the template at 1:8: there is no field Stats (did you mean Status?)`.
    public var description: String { "the template at \(line):\(column): \(words)" }
}

/// An error on its way out to where the template's text is known.
struct Problem: Error {
    let code: TemplateError.Code
    /// In bytes from the beginning of the template.
    let offset: Int
    let words: String

    init(_ code: TemplateError.Code, at offset: Int, _ words: String) {
        self.code = code
        self.offset = offset
        self.words = words
    }
}
