// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a user asks of `exec`.
public struct ExecRequest: Sendable {
    public var container = ""
    public var command: [String] = []
    public var isInteractive = false
    public var hasTerminal = false
    public var environment: [EnvironmentArgument] = []
    public var environmentFiles: [String] = []
    public var user: UserArgument?
    public var workingDirectory: ContainerPath?
    public init() {}
}

extension Engine {
    /// Runs a program in a container that runs, with all that confines the container, and waits for its end.
    /// - Returns: the program's exit code, or 128 and the signal that ended it.
    public func execute(_ request: ExecRequest) throws(EngineError) -> Int32 {
        if request.hasTerminal, request.isInteractive, !StandardStream.input.isTerminal {
            throw EngineError(.invalid, "the input device is not a TTY: leave out -t, or run it from a terminal")
        }
        let (record, process) = try running(request.container)
        guard !record.isPaused else {
            throw EngineError(
                .invalid, "the container \(record.name) is paused: let it go on with 'minibox unpause' first")
        }
        guard let details = ContainerDetails(record.details) else {
            throw EngineError(.store, "cannot read what confines \(record.name): its record is damaged")
        }
        var joined = JoinedNamespaces(kinds: details.namespaces, process: process, name: record.name)
        joined.isWatched = details.idMap == nil && details.capabilities.contains(.sysPtrace)
        if joined.isWatched {
            do { try SealedProgram.become() } catch {
                throw EngineError(.start, "cannot make a private copy of this program", cause: error)
            }
        }
        let plan = ExecPlan(
            process: try self.process(for: request, details), in: joined, idMap: details.idMap, cgroup: details.cgroup)
        var kernel = LiveKernel()
        let former = CurrentProcess.setFileModeMask(0)
        let signals: SignalQueue
        do throws(SystemError) {
            kernel.interruptions = try SignalQueue(of: SignalQueue.ending)
            signals = try SignalQueue(of: SignalQueue.forwardable)
        } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
        do throws(StepFailure) {
            try Interpreter.start(plan, on: &kernel)
        } catch {
            kernel.end()
            throw execFailure(error, name: record.name)
        }
        kernel.interruptions = nil
        CurrentProcess.setFileModeMask(former)
        do throws(SystemError) {
            return try Supervisor.watch(
                try kernel.takeStarted(), signals: signals, readsInput: request.isInteractive,
                isTerminal: request.hasTerminal
            ).code
        } catch {
            throw EngineError(.start, "cannot watch over the program", cause: error)
        }
    }

    /// The container's own process configuration with what the command line changes.
    private func process(
        for request: ExecRequest, _ details: ContainerDetails
    ) throws(EngineError) -> ProcessConfiguration {
        var variables = Variables(lines: details.environment)
        if request.hasTerminal { variables.set("TERM", "xterm") }
        for change in try request.changes() { variables.apply(change) }
        let user = request.user.map { UserChoice(user: $0.user, group: $0.group) } ?? UserChoice(parsing: details.user)
        return ProcessConfiguration(
            arguments: request.command, environment: variables.lines,
            workingDirectory: request.workingDirectory?.description ?? details.workingDirectory, user: user,
            additionalGroups: details.additionalGroups, capabilities: details.capabilities,
            noNewPrivileges: details.noNewPrivileges, filter: try filter(details), limits: details.ulimits,
            fileModeMask: details.fileModeMask,
            streams: StreamChoice(terminal: request.hasTerminal, input: request.isInteractive))
    }

    private func filter(_ details: ContainerDetails) throws(EngineError) -> FilterChoice {
        do {
            switch details.filter {
            case "unconfined": return .unconfined
            case "default":
                return FilterChoice(
                    name: "default",
                    program: try seccompCache().standardFilter(bounding: details.capabilities).filter)
            default:
                guard let program = SeccompFilter(bytes: details.filterProgram) else {
                    throw EngineError(.store, "cannot read the container's own filter")
                }
                return FilterChoice(name: details.filter, program: program)
            }
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.start, "cannot load the container's filter", cause: error)
        }
    }

    private func execFailure(_ failure: StepFailure, name: String) -> EngineError {
        switch failure.kind {
        case .notFound: EngineError(.programNotFound, "\(failure)")
        case .notExecutable: EngineError(.programNotExecutable, "\(failure)")
        case .setup, .died: EngineError(.start, "cannot run a program in \(name): \(failure)")
        }
    }
}

extension ExecRequest {
    /// What the files and the line do to the environment, in that order.
    fileprivate func changes() throws(EngineError) -> [EnvironmentArgument.Change] {
        var changes: [EnvironmentArgument.Change] = []
        for path in environmentFiles {
            do {
                let file = try EnvironmentFile(parsing: try Descriptor.contents(of: path), name: path)
                changes += file.changes(outside: Environment.value(of:))
            } catch {
                throw EngineError(.missing, "cannot read the variables in \(path)", cause: error)
            }
        }
        return changes + environment.map { $0.change(outside: Environment.value(of:)) }
    }
}
