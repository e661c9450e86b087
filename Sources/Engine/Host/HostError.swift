// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the host did not give.
public struct HostError: Error, Sendable {
    public enum Code: Hashable, Sendable {
        /// A file or directory of the host's could not be read or made.
        case file
        /// `/etc/subuid` has an entry that cannot be used.
        case subordinateRange
        /// The user namespace that this process is in has no ids to give.
        case noIDs
        /// Every block of ids is taken.
        case idsExhausted
        /// An id of the image has no place in the map.
        case id
    }
    public let code: Code
    /// What it is about, and what to write instead where that is known.
    public let subject: String
    public let cause: SystemError?

    public init(_ code: Code, _ subject: String, cause: SystemError? = nil) {
        self.code = code
        self.subject = subject
        self.cause = cause
    }
}

extension HostError: CustomStringConvertible {
    public var description: String { cause.map { "\(subject): \($0.errno)" } ?? subject }
}
