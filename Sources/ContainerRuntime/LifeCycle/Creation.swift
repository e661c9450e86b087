// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A container that is about to be made: its bundle, the plan of it, and its directory from the moment that its id is
/// taken.
struct Creation {
    let options: CreateOptions
    let bundle: Bundle
    let configuration: ContainerConfiguration
    let plan: Plan

    /// Reads the bundle and plans. Nothing is made.
    init(_ options: CreateOptions, in runtime: Runtime, hasGate: Bool) throws(RuntimeError) {
        self.options = options
        bundle = try Bundle(reading: options.bundle, file: options.configuration)
        let problems = bundle.problems
        if let error = problems.first(where: \.isError) {
            throw RuntimeError(
                .invalid, "\(error.place): \(error.message)",
                RuntimeError.Details(phase: "configuration", path: bundle.file))
        }
        let tree = try runtime.cgroupTree()
        let directory = "\(runtime.store.root)/\(options.id)"
        var place = BundlePlace(
            id: options.id.text, directory: directory,
            cgroup: try runtime.cgroup(of: bundle.configuration, id: options.id, in: tree),
            filters: runtime.store.filters)
        place.makesKeyring = options.makesKeyring
        place.bundle = bundle.path
        let inherited = try InheritedDescriptors(preserved: options.preservedDescriptors, takesListeners: true)
        place.furtherStreams = inherited.count
        try place.connect(
            consoleSocket: options.consoleSocket, processSocket: options.pidfdSocket,
            hasTerminal: bundle.configuration.process?.terminal ?? false, isDetached: hasGate || options.isDetached)
        if hasGate {
            place.gate = GateConfiguration(
                fifo: "\(directory)/\(ContainerDirectory.File.gate)",
                report: "\(directory)/\(ContainerDirectory.File.report)")
        }
        var configuration = try ContainerConfiguration(bundle, at: place)
        configuration.process.environment += inherited.environment
        self.configuration = configuration
        let devices = try runtime.noteOfDevices(bundle.configuration, configuration)
        let host = try HostFacts.current(tree: tree, limits: configuration.process.limits.map(\.resource))
        do {
            var plan = try Planner(configuration: configuration, host: host).plan()
            plan.notes = problems.map(\.message) + plan.notes
            if !options.pivots {
                plan.notes.append(
                    "--no-pivot is left aside: the root is changed by pivot_root(2), since a container could leave one "
                        + "that was moved; it fails where the host's root is an initramfs")
            }
            if let note = devices { plan.notes.append(note) }
            self.plan = plan
        } catch {
            throw RuntimeError(
                .invalid, tree?.explanation(of: error) ?? "\(error)", RuntimeError.Details(phase: "plan"))
        }
    }

    /// Makes the container, or nothing: what a failure leaves is taken away.
    func make(_ container: borrowing ContainerDirectory) throws(RuntimeError) -> Started {
        do throws(RuntimeError) {
            if let path = configuration.cgroup.path {
                // Before the journal names it: who carries that out kills what is in there.
                do throws(CgroupError) { try Cgroup.requireFree(at: path) } catch {
                    throw RuntimeError(error, phase: "prepare")
                }
            }
            let started = try carryOut(in: container)
            do throws(RuntimeError) { try tell(of: started) } catch {
                // Without a cgroup nothing else finds it.
                try? started.process.send(.kill)
                _ = try? started.process.wait()
                throw error
            }
            return started
        } catch {
            container.abandon()
            throw error
        }
    }

    /// Carries the plan out, up to the gate or, where there is none, until the program runs.
    /// - Returns: the process, and the runtime's ends of its streams.
    func carryOut(in container: borrowing ContainerDirectory) throws(RuntimeError) -> Started {
        let interpreter = Interpreter(plan: plan)
        var kernel = LiveKernel(traces: options.showTimes != nil, pauseBefore: options.pauseBefore)
        // Modes are those that the bundle and the plan say.
        let former = CurrentProcess.setFileModeMask(0)
        defer { CurrentProcess.setFileModeMask(former) }
        do throws(SystemError) {
            kernel.interruptions = try SignalQueue(of: SignalQueue.ending)
            try container.prepare(plan, of: bundle)
        } catch {
            throw RuntimeError(.files, "cannot write the journal of the container", path: container.path, cause: error)
        }
        do throws(StepFailure) {
            try interpreter.begin(on: &kernel)
            var failure: SystemError?
            if let process = kernel.childID {
                // While the child works.
                do throws(SystemError) { try container.announce(state(process: process)) } catch { failure = error }
            }
            try kernel.awaitLaunch()
            do throws(SystemError) {
                try container.settle()
                try kernel.leaveAtGate()
            } catch {
                failure = failure ?? error
            }
            if let failure {
                throw StepFailure(
                    number: 0, step: "write the state of the container", kind: .setup, call: "\(failure.call)",
                    errno: failure.errno)
            }
            if let times = kernel.times { options.showTimes?(plan, times) }
        } catch {
            kernel.end()
            if plan.hasMade(by: error.number) {
                try? interpreter.finish(on: &kernel)
            } else {
                // A cgroup that is there all the same is another's.
                try? Journal.write([], in: container.directory)
            }
            throw RuntimeError(error, phase: plan.phase(of: error.number))
        }
        do throws(SystemError) {
            return try kernel.takeStarted()
        } catch {
            throw RuntimeError(.start, "cannot take hold of the container's process", cause: error)
        }
    }

    private func state(process: Int32) -> ContainerState {
        ContainerState(
            id: options.id, process: process, startTime: ProcessTimes.start(of: process) ?? 0, bundle: bundle.path,
            rootFileSystem: bundle.absolute(bundle.configuration.root?.path ?? ""), created: Clock.wall.rfc3339,
            owner: CurrentProcess.effectiveUser,
            annotations: JSON.Object(
                bundle.configuration.annotations.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            cgroup: configuration.cgroup.path, namespaces: configuration.namespaces.all,
            later: ContainerState.Later(bundle.configuration))
    }
}
