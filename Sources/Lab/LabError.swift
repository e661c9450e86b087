// SPDX-License-Identifier: Apache-2.0

/// Why the lab could not do what was asked.
public struct LabError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// An exercise's files are not as they have to be.
        case format
        /// Something that was named, or that the lab needs, is not there.
        case missing
        /// What was asked for cannot be.
        case invalid
        /// The lab host could not be made, entered or taken away.
        case host
    }

    public let code: Code
    public let subject: String
    public let cause: (any Error)?

    public init(_ code: Code, _ subject: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = subject
        self.cause = cause
    }

    public var description: String { cause.map { "\(subject): \($0)" } ?? subject }

    /// 2 where the command line is wrong, 70 where the lab itself is: EX_SOFTWARE of sysexits(3).
    public var exitCode: Int32 {
        switch code {
        case .invalid: 2
        case .format, .missing, .host: 70
        }
    }
}
