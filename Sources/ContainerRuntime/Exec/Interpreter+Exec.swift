// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Interpreter {
    /// Runs a program in a container that runs. In the parent it returns when the program does; the child never returns.
    public static func start(_ plan: ExecPlan, on kernel: inout some Kernel & ~Copyable) throws(StepFailure) {
        var number = 0
        for step in plan.prepare {
            number += 1
            try attempt(.host(step), number, on: &kernel) { kernel throws(StepError) in try kernel.perform(step) }
        }
        number += 1
        let side = try clone(plan.spawn, number, on: &kernel)
        if side != .parent {
            do throws(StepFailure) {
                try enter(plan.inside, plan.confine, [], plan.launch, from: number, on: &kernel)
            } catch {
                throw kernel.abandon(error)
            }
        }
        if side != .child { try kernel.awaitLaunch() }
    }
}
