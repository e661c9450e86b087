// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// Why a command on a container failed.
///
/// Callers tell some failures apart by their words, so these are runc's, letter by letter (libcontainer/error.go):
/// containerd and CRI-O look for `container does not exist` and `container not running`.
public struct RuntimeError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        case exists, invalidID, notFound, paused, stillRunning, notRunning, notPaused, noCgroup
        /// What was asked for cannot be, or not in the state in which the container is.
        case invalid
        /// What this runtime, or this kernel, does not have.
        case unsupported
        /// The state directory, or a file that was named.
        case files
        /// The set-up of a container or of a program in it.
        case start
        /// The program is not in the container, or cannot be executed.
        case program
        /// Something did not end in the time that it had.
        case stuck
    }

    /// What a program that reads the log can act on.
    public struct Details: Hashable, Sendable {
        /// The phase of the plan, or the part of the configuration.
        public var phase: String?
        /// What was being done.
        public var step: String?
        /// The system call.
        public var call: String?
        public var path: String?
        /// Its number.
        public var errno: Int32?
        /// What to do about it.
        public var hint: String?

        public init(
            phase: String? = nil, step: String? = nil, call: String? = nil, path: String? = nil, errno: Int32? = nil,
            hint: String? = nil
        ) {
            self.phase = phase
            self.step = step
            self.call = call
            self.path = path
            self.errno = errno
            self.hint = hint
        }
    }

    public let code: Code
    /// The whole message, without a prefix for the command.
    public var message: String
    public var details: Details

    public init(_ code: Code, _ message: String, _ details: Details = Details()) {
        self.code = code
        self.message = message
        self.details = details
    }

    /// A failure of a call on `path`: `what: no such file or directory`.
    public init(_ code: Code, _ what: String, path: String? = nil, hint: String? = nil, cause: SystemError) {
        self.init(
            code, "\(what): \(cause.errno)",
            Details(call: "\(cause.call)", path: path, errno: cause.errno.rawValue, hint: hint))
    }

    /// A step of a plan that failed.
    public init(_ failure: StepFailure, phase: String?, hint: String? = nil) {
        switch failure.kind {
        case .notFound, .notExecutable: code = .program
        case .setup, .died: code = .start
        }
        message = failure.description
        details = Details(
            phase: phase, step: failure.step, call: failure.call, errno: failure.errno?.rawValue, hint: hint)
    }

    /// A document that does not follow the specification: where, and what was expected there.
    public init(_ error: RuntimeFormatError, in document: [UInt8], named name: String) {
        let place = error.position(in: document).map { "\($0.line):\($0.column):" } ?? ""
        self.init(
            .invalid, "\(name):\(place) \(error)",
            Details(phase: "configuration", path: name, hint: error.suggestion))
    }

    public var description: String { message }
}

extension RuntimeError {
    public static let exists = RuntimeError(.exists, "container with given ID already exists")
    public static let invalidID = RuntimeError(.invalidID, "invalid container ID format")
    public static let notFound = RuntimeError(.notFound, "container does not exist")
    public static let paused = RuntimeError(.paused, "container paused")
    public static let stillRunning = RuntimeError(.stillRunning, "container still running")
    public static let notRunning = RuntimeError(.notRunning, "container not running")
    public static let notPaused = RuntimeError(.notPaused, "container not paused")
    public static let noCgroup = RuntimeError(.noCgroup, "cgroup not exist")
}
