// SPDX-License-Identifier: Apache-2.0

/// Why nf_tables was not changed or not asked.
public struct NetfilterError: Error, Sendable, CustomStringConvertible {
    /// One message that the kernel refused.
    public struct Failure: Hashable, Sendable {
        /// The message's place in the batch.
        public let index: Int
        public let subject: NetfilterBatch.Subject
        public let errno: Errno
    }

    /// What the first failure says; of a batch that failed as a whole, why.
    public let cause: SystemError
    /// The messages that are why, in their order; none where it is not about one of them.
    public let failures: [Failure]

    init(_ cause: SystemError, _ failures: [Failure] = []) {
        self.cause = cause
        self.failures = failures
    }

    public var errno: Errno { cause.errno }

    /// Whether the rules changed in between, or while they were listed: asking again may go well.
    public var isOfAnotherGeneration: Bool { errno == .restart || errno == .interrupted }

    /// Whether what is spoken of is not there.
    public var isMissing: Bool { errno == .noEntry }

    /// Which of the machine's parts, then what the kernel said.
    public var description: String { failures.first.map { "\($0.subject): \($0.errno)" } ?? "\(cause)" }
}
