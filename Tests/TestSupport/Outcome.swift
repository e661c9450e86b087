// SPDX-License-Identifier: Apache-2.0

/// How a program ended and what it wrote.
public struct Outcome: Hashable, Sendable, CustomStringConvertible {
    /// Its exit code, 128 and the number of the signal that ended it, or -1 where it was killed for taking too long.
    public var status: Int32
    public var output: String
    public var errors: String

    public init(status: Int32, output: String, errors: String) {
        self.status = status
        self.output = output
        self.errors = errors
    }

    /// The output without its last newline.
    public var text: String { output.hasSuffix("\n") ? String(output.dropLast()) : output }

    /// The lines of the output.
    public var lines: [String] {
        text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    public var description: String {
        "status \(status), output \(output.debugDescription), errors \(errors.debugDescription)"
    }
}
