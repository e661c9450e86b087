// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

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
    /// A static program of the host's that is run in the place of one of the container's; nil for one of those.
    public var program: String?
    /// Whether it has every capability and no filter, whatever the container has.
    public var isPrivileged = false
    /// The keys that leave the program running, where its terminal is this command's; none leaves it to its end.
    public var detachKeys = DetachKeys.standard
    public init() {}
}

/// A program in a container, and the signals that come for it from when it was begun.
struct EnteredProgram: ~Copyable {
    let started: Started
    let signals: SignalQueue
}

extension Engine {
    /// What entering takes; the container has to run.
    private func plan(for request: ExecRequest) throws(EngineError) -> (ExecPlan, ContainerRecord) {
        if request.hasTerminal, request.isInteractive { try Self.requireTerminal() }
        let (record, process) = try running(request.container)
        try record.requireAwake()
        let details = try record.confinement()
        var joined = JoinedNamespaces(kinds: details.namespaces, process: process, name: record.name)
        joined.isWatched = details.idMap == nil && details.capabilities.contains(.sysPtrace)
        if joined.isWatched {
            do { try SealedProgram.become() } catch {
                throw EngineError(.start, "cannot make a private copy of this program", cause: error)
            }
        }
        let plan = ExecPlan(
            process: try self.process(for: request, details), in: joined, idMap: details.idMap,
            cgroup: details.cgroup.map { CgroupTree.entrance(of: $0, firstProcess: process) })
        var action = Action("exec", record)
        action.differences = request.differences
        self.record(action)
        return (plan, record)
    }

    /// Runs a program in a container that runs, with all that confines the container, and waits for its end.
    /// - Returns: the program's exit code, or 128 and the signal that ended it.
    public func execute(_ request: ExecRequest) throws(EngineError) -> Int32 {
        let (plan, record) = try plan(for: request)
        if request.hasTerminal, request.isInteractive, !request.detachKeys.bytes.isEmpty {
            return try executeLeaving(plan, request, in: record)
        }
        return try follow(try enter(plan, record.name), request, in: record)
    }

    /// The same without waiting for its end: nobody gets its output.
    public func executeDetached(_ request: ExecRequest) throws(EngineError) {
        let (plan, record) = try plan(for: request)
        let waiting = try Supervision { run(plan, record, request, telling: $0) }
        let message: ControlMessage?
        do throws(SystemError) {
            message = ControlMessage(try waiting.socket.descriptor.read(upTo: ControlMessage.maximumSize)[...])
        } catch {
            throw EngineError(.start, "cannot hear the process that waits for the program", cause: error)
        }
        switch message {
        case .started?: return
        case .failed(let code, let text)?: throw EngineError(startFailureOf: code, text)
        default: throw EngineError(.start, "the process that was to wait for the program was killed")
        }
    }

    /// In the process that waits for a program which nobody else waits for.
    private func run(
        _ plan: ExecPlan, _ record: ContainerRecord, _ request: ExecRequest, telling socket: consuming MessageSocket
    ) {
        do throws(EngineError) {
            try? CurrentProcess.startSession()
            let entered = try enter(plan, record.name)
            try? socket.send(ControlMessage.started(id: record.name).bytes)
            try? CurrentProcess.letGoOfCaller()
            _ = socket.take()
            _ = try? follow(entered, request, in: record)
        } catch {
            try? socket.send(ControlMessage.failed(code: error.exitCode, "\(error)").bytes)
        }
    }

    /// Carries the plan out, up to where the program runs.
    func enter(_ plan: ExecPlan, _ name: String) throws(EngineError) -> EnteredProgram {
        var kernel = LiveKernel()
        let former = CurrentProcess.setFileModeMask(0)
        let signals = try Self.listen(&kernel)
        do throws(StepFailure) {
            try Interpreter.start(plan, on: &kernel)
        } catch {
            kernel.end()
            throw execFailure(error, name: name)
        }
        kernel.interruptions = nil
        CurrentProcess.setFileModeMask(former)
        do throws(SystemError) {
            return EnteredProgram(started: try kernel.takeStarted(), signals: signals)
        } catch {
            throw EngineError(.start, "cannot watch over the program", cause: error)
        }
    }

    /// Waits for a program's end, and writes down what happens of it, once it runs: nothing of that delays it.
    private func follow(
        _ entered: consuming EnteredProgram, _ request: ExecRequest, in record: ContainerRecord
    ) throws(EngineError) -> Int32 {
        let id = announce(request, in: record)
        let code = try watch(entered, request)
        self.record(event: .container(record, "exec_die", attributes: ["execID": id, "exitCode": "\(code)"]))
        return code
    }

    /// Writes down that a program has begun.
    /// - Returns: the id that the events of this program have.
    func announce(_ request: ExecRequest, in record: ContainerRecord) -> String {
        let words = request.command.joined(separator: " ")
        let id = ContainerStore.newID()
        for action in ["exec_create: \(words)", "exec_start: \(words)"] {
            self.record(event: .container(record, action, attributes: ["execID": id]))
        }
        return id
    }

    private func watch(
        _ entered: consuming EnteredProgram, _ request: ExecRequest
    ) throws(EngineError) -> Int32 {
        do throws(SystemError) {
            return try Supervisor.watch(
                entered.started, signals: entered.signals, readsInput: request.isInteractive,
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
        var process = ProcessConfiguration(
            arguments: request.command, environment: variables.lines,
            workingDirectory: request.workingDirectory?.description ?? details.workingDirectory, user: user,
            additionalGroups: details.additionalGroups,
            capabilities: request.isPrivileged ? try Self.allCapabilities() : details.capabilities,
            noNewPrivileges: !request.isPrivileged && details.noNewPrivileges,
            filter: request.isPrivileged ? .unconfined : try filter(details), limits: details.ulimits,
            fileModeMask: details.fileModeMask,
            streams: StreamChoice(terminal: request.hasTerminal, input: request.isInteractive))
        process.hostProgram = request.program
        // Of a privileged one, too, as docker's: who may do all is still held to what the container is.
        process.profile = details.profile
        return process
    }

    static func allCapabilities() throws(EngineError) -> CapabilitySet {
        do throws(SystemError) {
            return try ProcessCapabilities.permittedOfCaller().intersection(
                ProcessCapabilities.boundingAndKnown().bounding)
        } catch {
            throw EngineError(.start, "cannot find out what this process may do", cause: error)
        }
    }

    func filter(_ details: ContainerDetails) throws(EngineError) -> FilterChoice {
        do {
            switch details.filter {
            case "unconfined": return .unconfined
            case "default":
                return FilterChoice(
                    name: "default",
                    program: try seccompCache().standardFilter(bounding: details.capabilities).filter)
            default:
                guard var program = SeccompFilter(bytes: details.filterProgram) else {
                    throw EngineError(.store, "cannot read the container's own filter")
                }
                if let socket = details.filterListener {
                    program.flags.insert(.waitKillable)
                    return FilterChoice(
                        name: details.filter, program: program, listener: Self.listener(at: socket, container: ""))
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
    /// What is not as it is where nothing is said, but for what the line says anyhow.
    fileprivate var differences: JSON.Object {
        var members = JSON.Object()
        if isPrivileged { members["Privileged"] = true }
        if let user { members["User"] = .string("\(user)") }
        if let program { members["Program"] = .string(program) }
        return members
    }

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
