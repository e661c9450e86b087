// SPDX-License-Identifier: Apache-2.0

/// Why a seccomp profile in JSON is none.
public struct SeccompProfileError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// Not JSON, or not an object.
        case syntax
        /// A member that must be there is not.
        case missing
        /// A member has a value of another type or one that means nothing.
        case value
        /// What it asks for exists, but not here.
        case unsupported
    }

    public var code: Code
    /// The member, as in `syscalls[3].args[0].op`.
    public var subject: String
    /// What is wrong with it and what to write instead.
    public var reason: String

    public init(_ code: Code, _ subject: String, _ reason: String) {
        self.code = code
        self.subject = subject
        self.reason = reason
    }

    /// `cannot use the seccomp profile: syscalls[3].action: "SCMP_ACT_ALOW" is no action, write SCMP_ACT_ALLOW, …`.
    public var description: String { "cannot use the seccomp profile: \(subject): \(reason)" }
}
