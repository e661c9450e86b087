// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Runs the hooks that come after the container's program has been started, or after it was deleted.
    ///
    /// A `poststart` hook that fails ends the container, and the others are not run; a `poststop` hook that fails is an
    /// error once all of them were run: "Lifecycle" of the runtime specification, 1.3.
    func runHooks(_ kind: HookRun.Kind, of container: borrowing ContainerDirectory) throws(RuntimeError) {
        let description = try container.configuration()
        guard let state = try container.state() else { return }
        try runHooks(kind, of: description, state: state)
    }

    /// The same for a container whose directory may be gone.
    func runHooks(
        _ kind: HookRun.Kind, of description: RuntimeConfiguration, state: ContainerState
    ) throws(RuntimeError) {
        let hooks = try HookRun.list(
            kind, of: description, state: HookState(description, id: state.id, bundle: state.bundle))
        var first: RuntimeError?
        for hook in hooks {
            do throws(StepError) {
                try hook.run(process: kind == .poststop ? nil : state.process)
            } catch {
                let failure = RuntimeError(
                    .start, error.detail ?? "a \(kind.rawValue) hook failed",
                    RuntimeError.Details(phase: kind.rawValue, path: hook.path))
                if kind == .poststop {
                    first = first ?? failure
                    continue
                }
                if state.isAlive { try? Linux.Process(opening: state.process).send(.kill) }
                throw failure
            }
        }
        if let first { throw first }
    }
}
