// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// The hooks that come after a container's program was started, and after the container is gone: "Lifecycle" of the
/// runtime specification, 1.3.
extension Runtime {
    /// Runs the `poststart` hooks. One that fails ends the container, and those behind it are not run.
    func runPoststartHooks(
        of container: borrowing ContainerDirectory, _ description: RuntimeConfiguration
    ) throws(RuntimeError) {
        guard !description.hooks.poststart.isEmpty, let state = try container.state() else { return }
        let hooks = try HookRun.list(
            .poststart, of: description, state: HookState(description, id: state.id, bundle: state.bundle))
        for hook in hooks {
            do throws(StepError) {
                try hook.run(process: state.process)
            } catch {
                if state.isAlive { try? Linux.Process(opening: state.process).send(.kill) }
                throw RuntimeError(
                    .start, error.detail ?? "a poststart hook failed",
                    RuntimeError.Details(phase: hook.kind.rawValue, path: hook.path))
            }
        }
    }

    /// Runs the `poststop` hooks of a container whose directory is gone. One that fails is no reason to stop.
    /// - Returns: which of them failed, and why.
    func runPoststopHooks(of description: RuntimeConfiguration?, state: ContainerState?) -> [String] {
        guard let description, let state, !description.hooks.poststop.isEmpty else { return [] }
        var failures: [String] = []
        do throws(RuntimeError) {
            let hooks = try HookRun.list(
                .poststop, of: description, state: HookState(description, id: state.id, bundle: state.bundle))
            for hook in hooks {
                do throws(StepError) {
                    try hook.run(process: nil)
                } catch {
                    failures.append(error.detail ?? "a poststop hook failed")
                }
            }
        } catch {
            failures.append("\(error)")
        }
        return failures
    }
}
