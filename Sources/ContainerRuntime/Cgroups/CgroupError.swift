// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a cgroup did not give.
public struct CgroupError: Error, Sendable {
    public enum Code: Hashable, Sendable {
        /// The tree, or what is mounted, cannot be read.
        case tree
        /// The tree refuses to pass controllers down.
        case passDown
        /// A place that cannot be a container's cgroup.
        case path
        /// A limit that is none, or that contradicts another.
        case limit
        /// A limit that only the first version of cgroups has.
        case firstVersion
        /// What is in use now is above the limit that is asked for.
        case inUse
        /// The kernel does not take a limit, or has no file for it.
        case refused
        /// The cgroup is not there.
        case missing
        /// Processes do not do what they were told to in the time they were given.
        case stuck
        /// The cgroup cannot be read, written or removed.
        case file
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
