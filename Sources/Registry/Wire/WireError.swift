// SPDX-License-Identifier: Apache-2.0

/// Why a line of one of the two programs is not what the other may say.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    /// `session`, `request`, `event`.
    public let subject: String
    public let reason: String

    public init(_ subject: String, _ reason: String) {
        self.subject = subject
        self.reason = reason
    }

    /// `malformed request: "file" is missing`.
    public var description: String { "malformed \(subject): \(reason)" }
}
