// SPDX-License-Identifier: Apache-2.0

/// How far a build is: what views show is made of this, and this of events alone.
struct BuildProgress: Sendable {
    enum State: Hashable, Sendable {
        case waiting
        case running(since: BuildClock)
        case cached
        case done(from: BuildClock, to: BuildClock)
        case failed(reason: String, from: BuildClock, to: BuildClock)
        case canceled
    }

    struct Step: Sendable {
        var label: String
        var state = State.waiting
        var started: BuildClock?
        var output: OutputLines
        /// The last lines of its output, ``BuildProgress/tailLength`` at most.
        var tail: [[UInt8]] = []
    }

    /// How many lines of a step are remembered, for the report of its failure.
    static let tailLength = 20

    let keepsColors: Bool
    private(set) var plan: BuildPlan?
    private(set) var steps: [Step] = []
    private(set) var findings: [CheckFinding] = []
    private(set) var now = BuildClock(microseconds: 0)
    /// How many steps ended, in whatever way.
    private(set) var ended = 0

    init(keepsColors: Bool) { self.keepsColors = keepsColors }

    /// Takes an event in. The lines of output that it completes come back.
    mutating func take(_ event: BuildEvent) -> [[UInt8]] {
        switch event {
        case .planned(let plan):
            self.plan = plan
            steps = plan.steps.map { step in
                Step(label: step.label, output: OutputLines(keepsColors: keepsColors))
            }
        case .found(let report): findings = report.findings
        case .read, .note, .warning, .missed, .shell: break
        case .started(let step, let after): begin(step, at: after)
        case .cached(let step, _): end(step, .cached)
        case .wrote(let step, _, let bytes, let after):
            advance(to: after)
            return write(bytes, to: step)
        case .finished(let step, let after):
            advance(to: after)
            return end(step, .done(from: start(of: step), to: after))
        case .failed(let step, let reason, let after):
            advance(to: after)
            return end(step, .failed(reason: reason, from: start(of: step), to: after))
        case .canceled(let step): return end(step, .canceled)
        case .exporting(.started): break
        case .exporting(.finished(_, let after)), .tick(let after): advance(to: after)
        }
        return []
    }

    /// What a person is told when a shell opens.
    static let shellNotice = "a shell where the step failed: exit it to end the build"

    /// The step that failed first.
    var failure: (step: Int, reason: String)? {
        for (number, step) in steps.enumerated() {
            if case .failed(let reason, _, _) = step.state { return (number, reason) }
        }
        return nil
    }

    private mutating func advance(to clock: BuildClock) { now = max(now, clock) }

    private mutating func begin(_ step: Int, at clock: BuildClock) {
        advance(to: clock)
        guard steps.indices.contains(step) else { return }
        steps[step].started = clock
        steps[step].state = .running(since: clock)
    }

    /// When the step was started.
    func start(of step: Int) -> BuildClock {
        steps.indices.contains(step) ? steps[step].started ?? now : now
    }

    private mutating func write(_ bytes: [UInt8], to step: Int) -> [[UInt8]] {
        guard steps.indices.contains(step) else { return [] }
        let lines = steps[step].output.take(bytes)
        remember(lines, of: step)
        return lines
    }

    @discardableResult
    private mutating func end(_ step: Int, _ state: State) -> [[UInt8]] {
        guard steps.indices.contains(step) else { return [] }
        let last = steps[step].output.end().map { [$0] } ?? []
        remember(last, of: step)
        steps[step].state = state
        ended += 1
        return last
    }

    private mutating func remember(_ lines: [[UInt8]], of step: Int) {
        steps[step].tail += lines.suffix(Self.tailLength)
        if steps[step].tail.count > Self.tailLength {
            steps[step].tail.removeFirst(steps[step].tail.count - Self.tailLength)
        }
    }
}
