// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Tells a step that was prepared when the files are complete that it starts from.
public protocol StartGate: AnyObject {
    /// Waits until they are; false where they never will be.
    func waitForFiles() -> Bool
}

/// The kernel, with a wait before the layers are stacked: up to there nothing depends on what is in them, so that a step
/// can be prepared while the one below it runs.
struct WaitingKernel: Kernel, ~Copyable {
    var live: LiveKernel
    private let gate: (any StartGate)?

    init(_ live: consuming LiveKernel, gate: (any StartGate)?) {
        self.live = live
        self.gate = gate
    }

    /// Whether a plan has the step before which there is a wait.
    static func waits(in plan: Plan) -> Bool {
        plan.beside.contains { if case .mountOverlay = $0 { true } else { false } }
    }

    mutating func perform(_ step: HostStep) throws(StepError) {
        if case .mountOverlay = step, let gate, !gate.waitForFiles() {
            throw StepError(cause: SystemError("wait", .interrupted), detail: "the step below did not succeed")
        }
        try live.perform(step)
    }

    mutating func perform(_ spawn: Spawn) throws(StepError) -> Side { try live.perform(spawn) }
    mutating func perform(_ step: MountStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ pivot: Pivot) throws(StepError) { try live.perform(pivot) }
    mutating func perform(_ step: RootStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ step: ConfineStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ step: GateStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ launch: Launch) throws(StepError) { try live.perform(launch) }

    mutating func willPerform(step number: Int) { live.willPerform(step: number) }
    mutating func didPerform(step number: Int) { live.didPerform(step: number) }
    mutating func didFinish(_ phase: Phase) { live.didFinish(phase) }
    mutating func awaitLaunch() throws(StepFailure) { try live.awaitLaunch() }
    mutating func abandon(_ failure: StepFailure) -> StepFailure { live.abandon(failure) }
}
