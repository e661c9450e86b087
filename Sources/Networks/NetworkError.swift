// SPDX-License-Identifier: Apache-2.0

/// Why something about a network was not done.
public struct NetworkError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// There is no network of that name.
        case unknownNetwork
        /// There is one already.
        case nameTaken
        /// Containers use it, or it is the machine's own.
        case inUse
        /// What was asked makes no sense, or contradicts itself.
        case invalid
        /// There is no address left, or none of that kind.
        case noAddress
        /// Somebody has the port.
        case portTaken
        /// The kernel refuses, or has no such thing.
        case kernel
        /// The records cannot be read or written.
        case store
    }

    public let code: Code
    /// The network, address, port or file that it is about.
    public let subject: String
    private let words: String
    private let cause: (any Error)?

    public init(_ code: Code, _ subject: String, _ words: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = subject
        self.words = words
        self.cause = cause
    }

    /// What was attempted, then why.
    public var description: String { cause.map { "\(words): \($0)" } ?? words }
}
