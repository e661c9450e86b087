// SPDX-License-Identifier: Apache-2.0

/// A command line that could not be read.
public struct ArgumentsError: Error, Sendable {
    /// What is wrong with it.
    public enum Code: Sendable, Equatable {
        case unknownFlag, unknownCommand, missingCommand
        case missingValue, invalidValue
        case missingArgument, unexpectedArgument
    }

    /// What is wrong.
    public let code: Code
    /// The word that is wrong, or the one that is missing.
    public let subject: String
    /// What to write instead, where that can be said.
    public let advice: String?
    /// Why a value could not be read.
    public let cause: (any Error)?
    /// The command whose help explains it: `minibox run`.
    public let command: String

    init(_ code: Code, _ subject: String, advice: String? = nil, cause: (any Error)? = nil, command: String) {
        self.code = code
        self.subject = subject
        self.advice = advice
        self.cause = cause
        self.command = command
    }

    /// Where to read more: `see 'minibox run --help'`.
    public var hint: String { "see '\(command) --help'" }
}

extension ArgumentsError: CustomStringConvertible {
    /// The line to show, cause and advice included: `unknown flag: --raed-only (did you mean --read-only?)`.
    public var description: String {
        var text =
            switch code {
            case .unknownFlag: "unknown flag: \(subject)"
            case .unknownCommand: "unknown command: \(subject)"
            case .missingCommand: "no command after \(subject)"
            case .missingValue: "\(subject) needs a value"
            case .invalidValue: subject
            case .missingArgument: "\(subject) is missing"
            case .unexpectedArgument: "unexpected argument: \(subject)"
            }
        if let cause { text += ": \(cause)" }
        if let advice { text += " (\(advice))" }
        return text
    }
}
