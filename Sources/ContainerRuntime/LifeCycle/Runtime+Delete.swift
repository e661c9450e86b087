// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Takes away a container that has stopped, or was created and not started, or with `force` any: its processes, its
    /// cgroup, whatever its journal lists, and its directory.
    ///
    /// It ends in bounded time, whatever a process does. What a command that was killed has left half made goes the same
    /// way; so does what another `delete` has left half removed.
    /// - Returns: what went wrong in a way that is no reason to stop, a line each.
    public func delete(_ id: ContainerID, force: Bool) throws(RuntimeError) -> [String] {
        do throws(RuntimeError) {
            return try remove(id, force: force)
        } catch {
            // Gone is what it was to be.
            if force && error.code == .notFound { return [] }
            throw error
        }
    }

    private func remove(_ id: ContainerID, force: Bool) throws(RuntimeError) -> [String] {
        // Hooks get no descriptor of the caller's.
        try? CurrentProcess.closeOnExec(from: 3)
        var container = try store.find(id)
        // A `start` that waits for it has the lock, and ends with it.
        var strays: MountNamespaceProcesses?
        if force, let state = (try? container.state()) ?? nil {
            // Held before: of a process that has ended nothing can be asked.
            strays = state.strays(container)
            try? state.send(.kill)
        }
        try container.lock()
        let state: ContainerState?
        do throws(RuntimeError) {
            state = try container.state()
        } catch {
            // Damaged: the journal still says what there is.
            guard force else { throw error }
            state = nil
        }
        let status = container.status(of: state)
        switch status {
        case .stopped, .created: break
        case .creating, .running, .paused:
            guard force else {
                throw RuntimeError(
                    .stillRunning, "cannot delete container \(id) that is not stopped: \(status.rawValue)",
                    RuntimeError.Details(hint: "kill it before, or 'delete --force \(id)'"))
            }
        }
        try strays?.end()
        let known = state ?? container.announced()
        // Of a container that was not made whole there may be none. Read where the state does not say all that is needed.
        let isNeeded = known.map { $0.later?.hasPoststopHooks != false } ?? false
        return try takeAway(container, known, isNeeded ? try? container.configuration() : nil)
    }

    /// Ends the container's processes, and removes what was made for it; the directory last, so that a removal that is
    /// interrupted can be gone on with.
    /// - Parameter description: what the container is, where that is known and the state does not say all of it.
    /// - Returns: what went wrong in a way that is no reason to stop, a line each.
    func takeAway(
        _ container: borrowing ContainerDirectory, _ state: ContainerState?, _ description: RuntimeConfiguration?
    ) throws(RuntimeError) -> [String] {
        // A cgroup's processes are killed together; the first process also where it has none.
        try state?.end()
        let isAlone = state?.later?.hasProcessesOfItsOwn ?? description?.hasProcessesOfItsOwn ?? false
        var notes: [String] = []
        for undo in Journal.read(in: container.directory) {
            if case .removeCgroup(let path) = undo {
                if isAlone, try isAnothers(path) {
                    notes.append("the cgroup \(path) is left: there are processes in it that are not the container's")
                    continue
                }
                do throws(CgroupError) { try Cgroup.remove(path) } catch {
                    throw RuntimeError(error, phase: "delete")
                }
                continue
            }
            do { try undo.perform() } catch {
                throw RuntimeError(.files, "cannot take away what was made for the container: \(error)")
            }
        }
        // Before the directory: where this command is killed meanwhile, the next one runs them again.
        notes += runPoststopHooks(of: description, state: state)
        try container.remove()
        return notes
    }

    /// Whether there is a process in the cgroup of a container that had a pid namespace of its own: with the first process
    /// the kernel has ended all the others, so whoever is there is of a container that was given the same cgroup.
    private func isAnothers(_ path: String) throws(RuntimeError) -> Bool {
        do throws(CgroupError) {
            return try !Cgroup(opening: path).waitUntilEmpty(Deadline(milliseconds: 500))
        } catch {
            if error.code == .missing { return false }
            throw RuntimeError(error, phase: "delete")
        }
    }
}
