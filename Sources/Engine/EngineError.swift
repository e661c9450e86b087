// SPDX-License-Identifier: Apache-2.0

/// Why a command of the engine failed.
public struct EngineError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        case unknownContainer, ambiguousContainer, nameTaken, notRunning, running
        case unknownVolume, volumeInUse
        /// What was asked for cannot be, or not together with something else.
        case invalid
        /// Something on the host that was named is not there.
        case missing
        /// The store has no image of the name that was asked for; its registry may.
        case unknownImage
        /// A container's set-up failed.
        case start
        /// The program is not in the container: exit code 127.
        case programNotFound
        /// The program cannot be executed: exit code 126.
        case programNotExecutable
        /// The engine's own files.
        case store
        /// A signal of this number came.
        case interrupted(Int32)
    }

    public let code: Code
    /// What was attempted, or what is wrong with what was asked.
    public let subject: String
    public let cause: (any Error)?

    public init(_ code: Code, _ subject: String, cause: (any Error)? = nil) {
        self.code = code
        self.subject = subject
        self.cause = cause
    }

    public var description: String { cause.map { "\(subject): \($0)" } ?? subject }

    /// Docker's: 125 the engine, 126 cannot be executed, 127 not found; as a shell's, 128 and the signal.
    public var exitCode: Int32 {
        switch code {
        case .programNotFound: 127
        case .programNotExecutable: 126
        case .interrupted(let signal): 128 + signal
        default: 125
        }
    }
}
