// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Makes a container and runs its program; waits for its end and deletes it, unless it is detached.
    /// - Parameter notes: gets what this host could not give, and what went wrong in a way that is no reason to stop.
    /// - Returns: the program's exit code, or 128 and the signal that ended it; 0 where it is detached.
    public func run(_ options: CreateOptions, notes: inout [String]) throws(RuntimeError) -> Int32 {
        let creation = try Creation(options, in: self, hasGate: false)
        options.showPlan?(creation.plan)
        notes += creation.plan.notes
        if options.isDryRun { return 0 }
        var container = try store.claim(options.id)
        let signals: SignalQueue
        do throws(SystemError) {
            signals = try SignalQueue(of: SignalQueue.forwardable)
        } catch {
            container.abandon()
            throw RuntimeError(.start, "cannot wait for signals", cause: error)
        }
        // Where the container has no process 1 of its own, what it leaves behind is this process's.
        if options.isSubreaper && !options.isDetached { try? CurrentProcess.adoptOrphans() }
        let started = try creation.make(container)
        container.unlock()
        do throws(RuntimeError) {
            try runPoststartHooks(of: container, creation.bundle.configuration)
        } catch {
            abandon(&container)
            throw error
        }
        if options.isDetached { return 0 }
        let status: ExitStatus
        do throws(SystemError) {
            status = try Supervisor.watch(
                started, signals: signals, readsInput: creation.configuration.process.streams.isTerminal,
                isTerminal: creation.configuration.process.streams.isTerminal)
        } catch {
            abandon(&container)
            throw RuntimeError(.start, "cannot watch over the container", cause: error)
        }
        if !options.isKept {
            do throws(RuntimeError) {
                // Another command may have deleted it, and the id be another container's by now.
                try container.lock()
                notes += try takeAway(container, try container.state(), creation.bundle.configuration)
            } catch {
                // The program ran, and its code is what was asked for; 'delete --force' takes away what is left.
                if error.code != .notFound { notes.append(error.message) }
            }
        }
        return status.code
    }

    /// Takes the container away, unless another command has done that: the id may be another container's by now.
    private func abandon(_ container: inout ContainerDirectory) {
        if (try? container.lock()) != nil { container.abandon() }
    }
}
