// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Lets the program of a created container run: runtime.md of the runtime specification, "Start".
    ///
    /// Other than runc's, it returns when the program runs, and fails where that could not be executed.
    public func start(_ id: ContainerID) throws(RuntimeError) {
        // Hooks get no descriptor of the caller's.
        try? CurrentProcess.closeOnExec(from: 3)
        var container = try store.find(id)
        try container.lock()
        let state = try container.state()
        switch container.status(of: state) {
        case .created: break
        case .creating, .paused:
            throw RuntimeError(.invalid, "cannot start a container that is not created yet, or paused")
        case .running: throw RuntimeError(.invalid, "cannot start an already running container")
        case .stopped: throw RuntimeError(.invalid, "cannot start a container that has stopped")
        }
        let gate = container.gate
        let outcome: Gate.Outcome?
        do throws(SystemError) {
            outcome = try Gate.open(gate)
            try container.directory.remove(ContainerDirectory.File.gate)
            try container.directory.remove(ContainerDirectory.File.report)
        } catch {
            throw RuntimeError(.start, "cannot let the container's process go on", path: gate.fifo, cause: error)
        }
        switch outcome {
        case nil: throw RuntimeError(.invalid, "cannot start a container that has stopped")
        case .failed(let report):
            let program = try container.configuration().process?.args.first ?? "the program"
            throw RuntimeError(StepFailure(report: report, program: program), phase: Phase.launch.rawValue)
        case .started: break
        }
        // The container runs, and others may end it, whatever a hook does.
        container.unlock()
        if state?.later?.hasPoststartHooks != false {
            try runPoststartHooks(of: container, container.configuration())
        }
    }
}

extension ContainerDirectory {
    /// Where the container's process waits.
    var gate: GateConfiguration {
        GateConfiguration(fifo: "\(path)/\(File.gate)", report: "\(path)/\(File.report)")
    }
}
