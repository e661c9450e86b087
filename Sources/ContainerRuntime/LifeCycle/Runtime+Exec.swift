// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Runs another program in a container that runs, with all that confines the container.
    /// - Returns: the program's exit code, or 128 and the signal that ended it; 0 where it is detached.
    public func exec(_ options: ExecOptions) throws(RuntimeError) -> Int32 {
        let container = try store.find(options.id)
        guard let state = try container.state() else { throw .notRunning }
        switch container.status(of: state) {
        case .stopped: throw RuntimeError(.notRunning, "cannot exec in a stopped container")
        case .paused where !options.ignoresPaused:
            throw RuntimeError(.paused, "cannot exec in a paused container (use --ignore-paused to override)")
        case .creating: throw .notRunning
        case .created, .running, .paused: break
        }
        let description = try container.configuration()
        let process = try options.program.process(in: description)
        var place = BundlePlace(
            id: state.id, directory: container.path, cgroup: state.cgroup, filters: store.filters)
        place.furtherStreams = try InheritedDescriptors(
            preserved: options.preservedDescriptors, takesListeners: false
        ).count
        place.joinsContainer = true
        place.bundle = state.bundle
        try place.connect(
            consoleSocket: options.consoleSocket, processSocket: options.pidfdSocket,
            hasTerminal: process.terminal, isDetached: options.isDetached)
        let idMap = try IDMap(description.linux)
        var configuration = try ProcessConfiguration(process, of: description, at: place)
        configuration.oomScore = configuration.oomScore ?? description.process?.oomScoreAdj
        let (bounding, known) = ProcessCapabilities.boundingAndKnown()
        configuration.capabilitySets =
            configuration.capabilitySets?.attainable(
                available: idMap == nil ? bounding : known, known: known
            ).sets
        var joined = JoinedNamespaces(
            kinds: state.namespaces, process: state.process, name: state.id, startTime: state.startTime)
        joined.isWatched = description.letsProcessesLookIntoOthers
        if joined.isWatched {
            do { try SealedProgram.become() } catch {
                throw RuntimeError(.start, "cannot make a private copy of this program", cause: error)
            }
        }
        let plan = ExecPlan(
            process: configuration, in: joined, idMap: idMap, cgroup: try cgroup(of: state, options))
        // No directory of the host's is open while the container can see the process.
        _ = consume container
        return try carryOut(plan, options, isTerminal: process.terminal)
    }

    /// The cgroup that the program is to be in: below the container's, whatever the path says.
    private func cgroup(of state: ContainerState, _ options: ExecOptions) throws(RuntimeError) -> String? {
        guard let below = options.subcgroup else {
            return state.cgroup.map { CgroupTree.entrance(of: $0, firstProcess: state.process) }
        }
        guard let cgroup = state.cgroup else {
            throw RuntimeError(.noCgroup, "--cgroup \(below): the container has no cgroup that one could be below")
        }
        let names = below.pathParts.filter { $0 != "." }
        guard !names.contains(".."), !below.utf8.contains(0) else {
            throw RuntimeError(
                .invalid, "--cgroup \(below): it has to be a path below the container's cgroup, without ..")
        }
        return names.reduce(cgroup) { "\($0)/\($1)" }
    }

    private func carryOut(
        _ plan: ExecPlan, _ options: ExecOptions, isTerminal: Bool
    ) throws(RuntimeError) -> Int32 {
        var kernel = LiveKernel(pauseBefore: options.pauseBefore)
        let former = CurrentProcess.setFileModeMask(0)
        let signals: SignalQueue
        do throws(SystemError) {
            kernel.interruptions = try SignalQueue(of: SignalQueue.ending)
            signals = try SignalQueue(of: SignalQueue.forwardable)
        } catch {
            throw RuntimeError(.start, "cannot wait for signals", cause: error)
        }
        do throws(StepFailure) {
            try Interpreter.start(plan, on: &kernel)
        } catch {
            kernel.end()
            throw RuntimeError(error, phase: plan.steps.first { $0.number == error.number }?.phase.rawValue)
        }
        kernel.interruptions = nil
        CurrentProcess.setFileModeMask(former)
        if let path = options.pidFile, let process = kernel.childID {
            do {
                try ProcessIDFile.write(process, to: path)
            } catch {
                kernel.end()
                throw error
            }
        }
        if options.isDetached { return 0 }
        do throws(SystemError) {
            return try Supervisor.watch(
                try kernel.takeStarted(), signals: signals, readsInput: isTerminal, isTerminal: isTerminal
            ).code
        } catch {
            throw RuntimeError(.start, "cannot watch over the program", cause: error)
        }
    }
}

extension ExecOptions.Program {
    func process(in container: RuntimeConfiguration) throws(RuntimeError) -> RuntimeConfiguration.Process {
        switch self {
        case .document(let process): process
        case .changed(let change): try change(container.process ?? RuntimeConfiguration.Process(cwd: "/"))
        }
    }
}

extension RuntimeConfiguration {
    /// Whether a process of the container may look into one that enters it: it has the right, or shares its process
    /// namespace with others who may have it; and the users are the host's.
    fileprivate var letsProcessesLookIntoOthers: Bool {
        guard linux.namespace(.user) == nil else { return false }
        return linux.namespace(.pid)?.path != nil
            || process?.capabilities?.bounding.contains("CAP_SYS_PTRACE") ?? false
    }
}
