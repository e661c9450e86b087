// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Runs a plan on a kernel, step by step. There is one, for every kernel: what is printed is what is run.
public struct Interpreter: Sendable {
    let plan: Plan

    public init(plan: Plan) {
        self.plan = plan
    }

    /// Runs every phase but `after`. In the parent it returns when the program runs; the child never returns.
    ///
    /// A failure names its step. What the steps before it made is still there: ``Plan/after`` takes it away.
    public func start(on kernel: inout some Kernel & ~Copyable) throws(StepFailure) {
        if try begin(on: &kernel) != .child { try kernel.awaitLaunch() }
    }

    /// The same up to where only the child has something to do: what the parent does next costs no time, as long as it
    /// calls ``Kernel/awaitLaunch()`` in the end.
    @discardableResult
    public func begin(on kernel: inout some Kernel & ~Copyable) throws(StepFailure) -> Side {
        var number = 0
        for step in plan.prepare {
            number += 1
            try Self.attempt(.host(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        number += 1
        kernel.didFinish(.prepare)
        let side = try Self.clone(plan.spawn, number, on: &kernel)
        kernel.didFinish(.spawn)
        if side != .child {
            do throws(StepFailure) {
                try runBeside(from: number, on: &kernel)
                kernel.didFinish(.beside)
            } catch {
                throw kernel.abandon(error)
            }
        }
        if side != .parent {
            do throws(StepFailure) {
                try runChild(from: number + plan.beside.count, on: &kernel)
            } catch {
                throw kernel.abandon(error)
            }
        }
        return side
    }

    /// The clone. It can fail in the child, as it joins namespaces: that one must not go on as its parent.
    static func clone(
        _ spawn: Spawn, _ number: Int, on kernel: inout some Kernel & ~Copyable
    ) throws(StepFailure) -> Side {
        var side = Side.parent
        do throws(StepFailure) {
            try attempt(.spawn(spawn), number, on: &kernel) { kernel throws(StepError) in
                side = try kernel.perform(spawn)
            }
        } catch {
            throw kernel.abandon(error)
        }
        return side
    }

    private func runBeside(from first: Int, on kernel: inout some Kernel & ~Copyable) throws(StepFailure) {
        var number = first
        for step in plan.beside {
            number += 1
            try Self.attempt(.host(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
    }

    private func runChild(from first: Int, on kernel: inout some Kernel & ~Copyable) throws(StepFailure) {
        var number = first
        for step in plan.build {
            number += 1
            try Self.attempt(.mount(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        number += 1
        kernel.didFinish(.build)
        try Self.attempt(.pivot, number, on: &kernel) { kernel throws(StepError) in try kernel.perform(plan.pivot) }
        kernel.didFinish(.pivot)
        try Self.enter(plan.inside, plan.confine, plan.gate, plan.launch, from: number, on: &kernel)
    }

    /// The phases of a child inside a container's root, to the program.
    static func enter(
        _ inside: [RootStep], _ confine: [ConfineStep], _ gate: [GateStep], _ launch: Launch, from first: Int,
        on kernel: inout some Kernel & ~Copyable
    ) throws(StepFailure) {
        var number = first
        for step in inside {
            number += 1
            try attempt(.root(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        kernel.didFinish(.inside)
        for step in confine {
            number += 1
            try attempt(.confine(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        kernel.didFinish(.confine)
        for step in gate {
            number += 1
            try attempt(.gate(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        kernel.didFinish(.gate)
        number += 1
        try attempt(.launch(launch), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(launch) }
    }

    /// Takes away what the plan made. Each undo is tried; the first failure is thrown at the end.
    public func finish(on kernel: inout some Kernel & ~Copyable) throws(StepFailure) {
        var number = plan.count - plan.after.count
        var first: StepFailure?
        for step in plan.after {
            number += 1
            do throws(StepFailure) {
                try Self.attempt(.host(step), number, on: &kernel) { kernel throws(StepError) in
                    try kernel.perform(step)
                }
            } catch {
                first = first ?? error
            }
        }
        if let first { throw first }
    }

    @inline(__always)
    static func attempt<K: Kernel & ~Copyable>(
        _ step: @autoclosure () -> AnyStep, _ number: Int, on kernel: inout K,
        _ body: (inout K) throws(StepError) -> Void
    ) throws(StepFailure) {
        kernel.willPerform(step: number)
        do throws(StepError) {
            try body(&kernel)
        } catch {
            throw StepFailure(step(), number: number, error: error)
        }
        kernel.didPerform(step: number)
    }
}

extension StepFailure {
    init(_ step: AnyStep, number: Int, error: StepError) {
        self.init(
            number: number, step: step.summary, kind: step.failureKind(of: error),
            call: error.cause.map { "\($0.call)" },
            errno: error.cause?.errno, detail: error.detail)
    }
}

extension AnyStep {
    /// Only the look-up and the execution of the program are the program's fault.
    func failureKind(of error: StepError) -> StepFailure.Kind {
        switch self {
        case .root(.resolveProgram), .host(.sealProgram), .launch:
            switch error.cause?.errno {
            case .noEntry?, .notDirectory?: .notFound
            case .access?, .execFormat?, .isDirectory?, .loop?, .nameTooLong?, .argumentsTooLong?: .notExecutable
            default: .setup
            }
        default: .setup
        }
    }
}
