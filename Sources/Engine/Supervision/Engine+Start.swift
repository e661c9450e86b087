// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// How a command stays with the container that it starts.
public struct AttachOptions: Sendable {
    /// Whether it gets the container's output; without it the command ends when the program runs.
    public var output = false
    /// Whether what the container writes to its standard output, and to its standard error, is shown.
    public var showsOutput = true
    public var showsErrors = true
    /// Whether its input is the container's.
    public var input = false
    /// Whether a signal that it gets goes to the container.
    public var forwardsSignals = true
    public var detachKeys = DetachKeys.standard
    public init() {}
}

extension Engine {
    /// Makes a container and starts it, under a supervisor of its own.
    /// - Parameter show: called with the container's id where the command does not stay.
    /// - Returns: the program's exit code where the command stays to its end, otherwise 0.
    public func runSupervised(
        _ request: ContainerRequest, _ attach: AttachOptions, _ options: RunOptions, show: (String) -> Void
    ) throws(EngineError) -> Int32 {
        try requireTerminal(request, attach)
        reap()
        let request = try resolved(request)
        let supervision = try supervise(
            .new(request), wishing: wish(of: attach), size: ownTerminalSize(request), options)
        let id = try awaitStart(supervision, options)
        guard attach.output else {
            show(id)
            return 0
        }
        return try stay(with: id, supervision.socket, isTerminal: request.hasTerminal, attach)
    }

    /// Starts a container that is there. One that runs already stays as it is.
    /// - Returns: as ``runSupervised(_:_:_:show:)``.
    public func start(_ text: String, _ attach: AttachOptions, _ options: RunOptions) throws(EngineError) -> Int32 {
        try start(text, attach, options, as: "start")
    }

    /// The same by a command of that name; nil where that is written down already.
    func start(
        _ text: String, _ attach: AttachOptions, _ options: RunOptions, as verb: String?
    ) throws(EngineError) -> Int32 {
        recover()
        var verb = verb
        let end = Clock.monotonic + 15_000_000_000
        while true {
            let record = try containers.find(text)
            let request = try ContainerRequest(of: record)
            var attach = attach
            attach.input = attach.input && request.isInteractive
            try requireTerminal(request, attach)
            if case .running(let process, let time, _) = record.state, ProcessTimes.start(of: process) == time {
                return attach.output ? try self.attach(text, attach) : 0
            }
            if case .restarting = record.state, case .supervisor(let socket) = answerer(of: record),
                case .started? = try ask(.restart(.terminate, milliseconds: -1), of: socket)
            {
                continue
            }
            if let verb { self.record(Action(verb, record)) }
            verb = nil
            do throws(EngineError) {
                guard !containers.isSupervised(record.id) else { throw EngineError(.running, "") }
                let supervision = try supervise(
                    .existing(record), wishing: wish(of: attach), size: ownTerminalSize(request), options)
                let id = try awaitStart(supervision, options)
                guard attach.output else { return 0 }
                return try stay(with: id, supervision.socket, isTerminal: request.hasTerminal, attach)
            } catch {
                // It ends, or another command starts it or holds it for a moment.
                guard error.code == .running, Clock.monotonic < end else { throw error }
                Clock.sleep(milliseconds: 5)
                reap()
            }
        }
    }

    /// Attaches this command to a container that runs.
    /// - Returns: the exit code of its program, or 0 where the keys were typed that leave it alone.
    public func attach(_ text: String, _ attach: AttachOptions) throws(EngineError) -> Int32 {
        recover()
        let (record, _) = try running(text)
        let request = try ContainerRequest(of: record)
        var attach = attach
        attach.input = attach.input && request.isInteractive
        try requireTerminal(request, attach)
        let socket = try control(of: record)
        self.record(Action("attach", record))
        do throws(SystemError) {
            try socket.send(ControlMessage.attach(input: attach.input).bytes)
            if let size = ownTerminalSize(request) { try socket.send(ControlMessage.resize(size).bytes) }
        } catch {
            throw EngineError(.notRunning, "the container \(record.name) has just ended")
        }
        return try stay(with: record.id, socket, isTerminal: request.hasTerminal, attach)
    }

    /// The request without anything that only this process knows.
    func resolved(_ request: ContainerRequest) throws(EngineError) -> ContainerRequest {
        let directory = (try? CurrentProcess.currentDirectory()) ?? "/"
        var resolved = try request.resolved(directory: directory, environment: Environment.value(of:))
        // A name may be another container's at the next start.
        resolved.network = try identified(resolved.network)
        resolved.names.links = try request.names.links.map { link throws(EngineError) in try identified(link) }
        resolved.pid = try identified(resolved.pid)
        resolved.ipc = try identified(resolved.ipc)
        resolved.uts = try identified(resolved.uts)
        resolved.cgroupNamespace = try identified(resolved.cgroupNamespace)
        return resolved
    }

    /// The mode with the id of the container that it names.
    private func identified(_ mode: NamespaceMode) throws(EngineError) -> NamespaceMode {
        guard case .container(let name) = mode else { return mode }
        return .container(try containers.find(name).id)
    }

    private func identified(_ link: LinkArgument) throws(EngineError) -> LinkArgument {
        let id = try containers.find(link.container).id
        do throws(SyntaxError) { return try LinkArgument(parsing: "\(id):\(link.alias)") } catch {
            throw EngineError(.invalid, "\(error)")
        }
    }

    private func requireTerminal(_ request: ContainerRequest, _ attach: AttachOptions) throws(EngineError) {
        if request.hasTerminal, attach.output, attach.input { try Self.requireTerminal() }
    }

    private func wish(of attach: AttachOptions) -> Attachments.Wish {
        attach.output ? attach.input ? [.output, .input, .end] : [.output, .end] : []
    }

    private func ownTerminalSize(_ request: ContainerRequest) -> TerminalSize? {
        guard request.hasTerminal, let input = try? StandardStream.input.duplicate() else { return nil }
        return try? input.terminalSize()
    }

    /// Waits until the supervisor has started the container; signals that ask this command to end are passed on to it.
    /// - Returns: the container's id.
    private func awaitStart(_ supervision: borrowing Supervision, _ options: RunOptions) throws(EngineError) -> String {
        let signals: SignalQueue
        do throws(SystemError) { signals = try SignalQueue(of: SignalQueue.ending) } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
        while true {
            let message: ControlMessage?
            do throws(SystemError) { message = try next(of: supervision, signals) } catch {
                throw EngineError(.start, "cannot hear the container's supervisor", cause: error)
            }
            switch message {
            case .started(let id)?: return id
            case .warning(let text)?: options.warn(text)
            case .failed(let code, let text)?: throw EngineError(startFailureOf: code, text)
            default: throw EngineError(.start, "the container's supervisor was killed before it had started it")
            }
        }
    }

    /// The next that a supervisor says; nil where it ends.
    private func next(
        of supervision: borrowing Supervision, _ signals: borrowing SignalQueue
    ) throws(SystemError) -> ControlMessage? {
        while true {
            var set = PollSet()
            let signal = set.add(signals.descriptor, .reading)
            let message = set.add(supervision.socket.descriptor, .reading)
            // What it leaves behind where it is killed may still hold the socket.
            let end = set.add(supervision.process.handle, .reading)
            try set.wait()
            if set.isReady(signal), let asked = try signals.next() { try? supervision.process.send(asked) }
            guard set.isReady(message) else {
                if set.isReady(end) { return nil }
                continue
            }
            return ControlMessage(try supervision.socket.descriptor.read(upTo: ControlMessage.maximumSize)[...])
        }
    }
}

extension EngineError {
    /// A failure that a supervisor has told of.
    init(startFailureOf code: Int32, _ text: String) {
        switch code {
        // It is another's at this moment.
        case 0: self.init(.running, text)
        case 126: self.init(.programNotExecutable, text)
        case 127: self.init(.programNotFound, text)
        default: self.init(.start, text)
        }
    }
}
