// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension Builder {
    /// `--debug`: a shell in the state of a step that failed, with its variables, directory and user. It is over when the
    /// shell ends; what is done in it goes nowhere.
    func openShell(after number: Int, _ scheduler: StepScheduler) {
        let step = scheduler.plan.steps[number]
        guard case .run(var run) = step.operation else {
            show(.warning("--debug opens a shell where RUN has failed, and this step runs nothing"))
            return
        }
        do {
            let work = try scheduler.work(for: step, selects: false, isNew: false)
            run.arguments = ["/bin/sh"]
            show(.shell(step: number))
            _ = try work.openShell(for: run)
        } catch {
            show(.warning("cannot open a shell in the state of the step: \(error)"))
        }
    }
}
