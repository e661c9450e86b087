// SPDX-License-Identifier: Apache-2.0

/// Why something asked of minibox did not come to be.
public struct MiniboxError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// There is no such program: set `MINIBOX`, or put minibox into `PATH`.
        case programMissing
        /// The program said no; ``MiniboxError/standardError`` says why.
        case commandFailed
        /// It took longer than it was given.
        case timedOut
        /// The container ended before it was ready.
        case exitedEarly
        /// No container was started under this name for the test that asks: see `.container(_:image:)`.
        case unknownContainer
    }

    public let code: Code
    /// What is wrong, in a sentence.
    public let message: String
    /// The command line that failed; empty where there is none.
    public let command: [String]
    /// Its exit code, as far as it came to one.
    public let exitCode: Int32?
    /// What it wrote to standard error. Of a container that did not become ready, the end of its log.
    public let standardError: String

    init(
        _ code: Code, _ message: String, command: [String] = [], exitCode: Int32? = nil, standardError: String = ""
    ) {
        self.code = code
        self.message = message
        self.command = command
        self.exitCode = exitCode
        self.standardError = standardError
    }

    public var description: String {
        var text = message
        if !command.isEmpty { text += "\n  $ " + command.joined(separator: " ") }
        for line in standardError.split(separator: "\n") { text += "\n  \(line)" }
        return text
    }
}
