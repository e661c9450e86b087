// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a cgroup did not give.
public struct CgroupError: Error, Sendable {
    public enum Code: Hashable, Sendable {
        /// The tree, or what is mounted, cannot be read.
        case tree
        /// The tree refuses to pass controllers down.
        case passDown
    }
    public let code: Code
    /// What it is about, and what to do next where that is known.
    public let subject: String
    public let cause: SystemError?

    public init(_ code: Code, _ subject: String, cause: SystemError? = nil) {
        self.code = code
        self.subject = subject
        self.cause = cause
    }
}

extension CgroupError: CustomStringConvertible {
    public var description: String { cause.map { "\(subject): \($0.errno)" } ?? subject }
}
