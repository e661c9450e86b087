// SPDX-License-Identifier: Apache-2.0

/// Why compressed bytes could not be read or written.
public struct CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: Hashable, Sendable {
        /// The bytes are not what the format says.
        case damaged
        /// The bytes end before the format does.
        case truncated
        /// The format is read here, but not written.
        case unsupported
        case noMemory
    }

    public let code: Code
    /// The format: `gzip`, `zstd`, `xz`, `bzip2`.
    public let subject: String
    /// The library's words, where it had some.
    public let cause: String

    init(_ code: Code, _ subject: String, _ cause: String = "") {
        self.code = code
        self.subject = subject
        self.cause = cause
    }

    /// `damaged gzip data: incorrect data check`.
    public var description: String {
        switch code {
        case .damaged: "damaged \(subject) data\(cause.isEmpty ? "" : ": \(cause)")"
        case .truncated: "the \(subject) data ends in the middle"
        case .unsupported: "\(subject) is not supported: \(cause)"
        case .noMemory: "no memory left for \(subject) data"
        }
    }
}
