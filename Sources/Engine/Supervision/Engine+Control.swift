// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// A connection to the supervisor of a container.
    /// - Throws: `running` where a command is its supervisor, which answers nobody; `notRunning` where there is none.
    func control(of record: ContainerRecord) throws(EngineError) -> MessageSocket {
        do throws(SystemError) {
            let run = try Descriptor.open("\(containers.runDirectory)/\(record.id)", [.directory])
            return try MessageSocket(to: ContainerSupervisor.socketName, in: run)
        } catch {
            guard containers.isSupervised(record.id) else {
                throw EngineError(.notRunning, "the container \(record.name) is not running")
            }
            throw EngineError(
                .running, "the container \(record.name) belongs to the command that runs it, and has its streams")
        }
    }

    /// Asks a supervisor for something, and waits for the answer; nil where it ended before it gave one.
    func ask(_ message: ControlMessage, of socket: borrowing MessageSocket) throws(EngineError) -> ControlMessage? {
        do throws(SystemError) {
            try socket.send(message.bytes)
            return ControlMessage(try socket.descriptor.read(upTo: ControlMessage.maximumSize)[...])
        } catch {
            switch error.errno {
            case .brokenPipe, .connectionReset: return nil
            default: throw EngineError(.start, "cannot hear the container's supervisor", cause: error)
            }
        }
    }

    /// Ends a container: by the signal that it was made with or `signal`, and by SIGKILL when its time is over. One that
    /// does not run stays as it is.
    /// - Parameter seconds: nil for the container's own; negative waits for ever.
    public func stop(_ text: String, signal: SignalArgument?, seconds: Int?) throws(EngineError) {
        recover()
        let record = try containers.find(text)
        guard containers.isSupervised(record.id) else { return }
        let request = try? ContainerRequest(of: record)
        let asked = (signal ?? request?.stopSignal)?.signal ?? .terminate
        let time = seconds ?? request?.stopTimeout ?? 10
        let milliseconds = time < 0 ? -1 : Int64(time) * 1000
        if let socket = try? control(of: record) {
            if try ask(.stop(asked, milliseconds: milliseconds), of: socket) != nil { return }
            // Its supervisor was killed: another one is asked, unless the container has ended with it.
            reap()
            guard case .running? = containers.record(of: record.id)?.state, let other = try? control(of: record) else {
                return
            }
            _ = try ask(.stop(asked, milliseconds: milliseconds), of: other)
            return
        }
        try endUnattended(record, asked, milliseconds: milliseconds)
    }

    /// Sends a signal to a container's program.
    public func kill(_ text: String, signal: SignalArgument) throws(EngineError) {
        recover()
        let (record, process) = try running(text)
        if let socket = try? control(of: record) {
            // There is no way around this one, so its end is waited for.
            _ = try ask(
                signal.signal == .kill ? .stop(.kill, milliseconds: 0) : .signal(signal.signal), of: socket)
            return
        }
        do throws(SystemError) {
            try Process(opening: process).send(signal.signal)
        } catch {
            throw EngineError(.notRunning, "cannot send \(signal.signal) to \(record.name)", cause: error)
        }
    }

    /// Ends a container that runs, and starts it again.
    public func restart(
        _ text: String, signal: SignalArgument?, seconds: Int?, _ options: RunOptions
    ) throws(EngineError) {
        recover()
        let record = try containers.find(text)
        let request = try ContainerRequest(of: record)
        guard containers.isSupervised(record.id) else {
            _ = try start(text, AttachOptions(), options)
            return
        }
        let socket = try control(of: record)
        let asked = (signal ?? request.stopSignal)?.signal ?? .terminate
        let time = seconds ?? request.stopTimeout ?? 10
        switch try ask(.restart(asked, milliseconds: time < 0 ? -1 : Int64(time) * 1000), of: socket) {
        case .failed(let code, let text)?: throw EngineError(startFailureOf: code, text)
        case .started?: return
        default: throw EngineError(.start, "the container \(record.name) has ended, and was not started again")
        }
    }

    /// Waits until a container has ended.
    /// - Returns: the exit code of its program.
    public func wait(_ text: String) throws(EngineError) -> Int32 {
        recover()
        let record = try containers.find(text)
        if let socket = try? control(of: record) {
            if case .ended(let code)? = try ask(.wait, of: socket) { return code }
            reap()
            // Another supervisor has taken over.
            if case .running? = containers.record(of: record.id)?.state { return try wait(record.id) }
        } else if case .running(let process, let time, _) = record.state, let opened = try? Process(opening: process),
            ProcessTimes.start(of: process) == time
        {
            var set = PollSet()
            _ = set.add(opened.handle, .reading)
            try? set.wait()
        }
        try awaitRelease(of: record.id, name: record.name)
        guard let ended = containers.record(of: record.id) else {
            throw EngineError(.unknownContainer, "the container \(record.name) is no more, and its exit code with it")
        }
        if case .exited(let code, _, _) = ended.state { return code }
        return 0
    }

    /// Ends a container whose supervisor is a command in the foreground.
    private func endUnattended(
        _ record: ContainerRecord, _ signal: Signal, milliseconds: Int64
    ) throws(EngineError) {
        guard case .running(let process, let time, _) = record.state, let opened = try? Process(opening: process),
            ProcessTimes.start(of: process) == time
        else { return }
        try? opened.send(signal)
        var set = PollSet()
        let end = set.add(opened.handle, .reading)
        try? set.wait(milliseconds: Int32(clamping: milliseconds))
        if !set.isReady(end) { try? opened.send(.kill) }
        try awaitRelease(of: record.id, name: record.name)
    }
}
