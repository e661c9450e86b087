// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Where the steps of a plan take effect: the live kernel, or a recorder.
public protocol Kernel: ~Copyable {
    mutating func perform(_ step: HostStep) throws(StepError)
    /// Clones; what follows is done by the child, by the parent, or by a recorder for both.
    mutating func perform(_ spawn: Spawn) throws(StepError) -> Side
    mutating func perform(_ step: MountStep) throws(StepError)
    mutating func perform(_ pivot: Pivot) throws(StepError)
    mutating func perform(_ step: RootStep) throws(StepError)
    mutating func perform(_ step: ConfineStep) throws(StepError)
    mutating func perform(_ step: GateStep) throws(StepError)
    /// Executes the program. The live kernel returns only to throw.
    mutating func perform(_ launch: Launch) throws(StepError)

    /// Called before and after each step, with its number.
    mutating func willPerform(step number: Int)
    mutating func didPerform(step number: Int)
    /// Called when the last step of a phase is done, also where it has none.
    mutating func didFinish(_ phase: Phase)

    /// In the parent: waits until the child has executed its program, stands at the gate before it, or has failed.
    mutating func awaitLaunch() throws(StepFailure)
    /// In the child: tells the parent of a failure and ends. In the parent: ends the child, and gives the failure to tell
    /// of, which is the child's own where that came first.
    mutating func abandon(_ failure: StepFailure) -> StepFailure
}

extension Kernel where Self: ~Copyable {
    public mutating func didFinish(_: Phase) {}
}

/// Which side of the clone this is.
public enum Side: Hashable, Sendable { case child, parent, both }

/// Why a step failed.
public struct StepError: Error, Sendable {
    /// The call that failed, if it was one.
    public var cause: SystemError?
    /// What the call alone does not tell: the name that was not found, the kernel's own message.
    public var detail: String?
    public init(cause: SystemError?, detail: String? = nil) {
        self.cause = cause
        self.detail = detail
    }
    init(_ cause: SystemError) { self.init(cause: cause) }
}

extension StepError: CustomStringConvertible {
    public var description: String { [detail, cause.map { "\($0)" }].compactMap { $0 }.joined(separator: ": ") }
}

/// A step that failed, by number: the error that a start ends with.
public struct StepFailure: Error, Sendable {
    /// From 1, as `--explain` prints them.
    public var number: Int
    /// What the step was to do.
    public var step: String
    /// The kind of failure that an exit code tells.
    public var kind: Kind
    /// The call and what the kernel answered; nil where no call failed.
    public var call: String?
    public var errno: Errno?
    public var detail: String?

    public enum Kind: UInt8, Hashable, Sendable {
        case setup = 0
        /// There is no such program: exit code 127.
        case notFound = 1
        /// The program cannot be executed: exit code 126.
        case notExecutable = 2
        /// The child was killed before its program ran.
        case died = 3
    }
}

extension StepFailure: CustomStringConvertible {
    /// `step 14, mount proc on /proc: fsmount: operation not permitted`; without the step where the program is at fault.
    public var description: String {
        let reason = [detail, call.flatMap { name in errno.map { "\(name): \($0)" } }].compactMap { $0 }
        switch kind {
        case .notFound, .notExecutable: return detail ?? reason.joined(separator: ": ")
        case .setup, .died:
            return ([number == 0 ? step : "step \(number), \(step)"] + reason).joined(separator: ": ")
        }
    }
}
