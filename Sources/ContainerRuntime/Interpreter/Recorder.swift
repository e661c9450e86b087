// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A kernel on which nothing happens: it keeps what it was asked, on both sides of the clone, and fails where it is
/// told to.
public struct Recorder: Kernel, Sendable {
    /// Each step that was begun, in order, with the number that the interpreter gave it.
    public private(set) var begun: [Performed] = []
    /// The numbers of the steps that were done.
    public private(set) var done: [Int] = []
    /// What is there because a step made it and no undo has taken it away.
    public private(set) var made: [Undo] = []
    /// The failure that the child, or the parent of a child that waits, ended with.
    public private(set) var abandoned: Int?
    /// Whether the parent waited for the program.
    public private(set) var awaited = false
    private let failures: [Int: StepError]
    private var number = 0

    /// A step as it was performed.
    public struct Performed: Hashable, Sendable {
        public var number: Int
        public var step: AnyStep
    }

    /// - Parameter failures: the errors of the steps that fail, by number.
    public init(failures: [Int: StepError] = [:]) {
        self.failures = failures
    }

    public mutating func willPerform(step number: Int) { self.number = number }
    public mutating func didPerform(step number: Int) { done.append(number) }

    private mutating func record(_ step: AnyStep) throws(StepError) {
        begun.append(Performed(number: number, step: step))
        if let error = failures[number] { throw error }
    }

    public mutating func perform(_ step: HostStep) throws(StepError) {
        try record(.host(step))
        if let undo = step.undo { made.append(undo) }
        if case .undo(let undo) = step { made.removeAll { $0 == undo } }
    }

    public mutating func perform(_ spawn: Spawn) throws(StepError) -> Side {
        try record(.spawn(spawn))
        return .both
    }

    public mutating func perform(_ step: MountStep) throws(StepError) { try record(.mount(step)) }
    public mutating func perform(_ pivot: Pivot) throws(StepError) { try record(.pivot) }
    public mutating func perform(_ step: RootStep) throws(StepError) { try record(.root(step)) }
    public mutating func perform(_ step: ConfineStep) throws(StepError) { try record(.confine(step)) }
    public mutating func perform(_ step: GateStep) throws(StepError) { try record(.gate(step)) }
    public mutating func perform(_ launch: Launch) throws(StepError) { try record(.launch(launch)) }

    public mutating func awaitLaunch() throws(StepFailure) { awaited = true }
    public mutating func abandon(_ failure: StepFailure) -> StepFailure {
        abandoned = failure.number
        return failure
    }
}
