// SPDX-License-Identifier: Apache-2.0

/// How a program ended, and what it wrote.
public struct CommandResult: Hashable, Sendable {
    /// The program's exit code, or 128 and the number of the signal that ended it.
    public let exitCode: Int32
    public let standardOutput: String
    public let standardError: String

    public init(exitCode: Int32, standardOutput: String, standardError: String) {
        self.exitCode = exitCode
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// Standard output without the newline at its end.
    public var text: String { standardOutput.last == "\n" ? String(standardOutput.dropLast()) : standardOutput }

    /// The lines of standard output.
    public var lines: [String] {
        text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }
}
