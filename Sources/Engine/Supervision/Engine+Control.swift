// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
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
    /// - Returns: what ``finish(_:)`` waits for, so that others can be asked meanwhile.
    public func stop(_ text: String, signal: SignalArgument?, seconds: Int?) throws(EngineError) -> AskedContainer {
        recover()
        let record = try containers.find(text)
        let answerer = answerer(of: record)
        if answerer.isNobody { return AskedContainer(record, .nothing) }
        self.record(Action("stop", record))
        let request = signal != nil && seconds != nil ? nil : try? ContainerRequest(of: settled(record))
        let asked = (signal ?? request?.stopSignal)?.signal ?? .terminate
        let time = seconds ?? request?.stopTimeout ?? 10
        let milliseconds = time < 0 ? -1 : Int64(time) * 1000
        // Of what is ended without a supervisor nobody learns how it ended.
        switch consume answerer {
        case .supervisor(let socket):
            return try AskedContainer(record, .stop(asked, milliseconds: milliseconds), of: socket)
        default: return try beginEnd(of: record, asked, milliseconds: milliseconds)
        }
    }

    /// Sends a signal to a container's program.
    /// - Returns: what ``finish(_:)`` waits for.
    public func kill(_ text: String, signal: SignalArgument) throws(EngineError) -> AskedContainer {
        recover()
        let (record, process) = try running(text)
        self.record(Action("kill", record))
        if case .supervisor(let socket) = answerer(of: record) {
            // There is no way around this one, so its end is waited for.
            return try AskedContainer(
                record, signal.signal == .kill ? .stop(.kill, milliseconds: 0) : .signal(signal.signal), of: socket)
        }
        do throws(SystemError) {
            try Process(opening: process).send(signal.signal)
        } catch {
            throw EngineError(.notRunning, "cannot send \(signal.signal) to \(record.name)", cause: error)
        }
        return AskedContainer(record, .nothing)
    }

    /// Ends a container that runs, and starts it again.
    /// - Returns: what ``finish(_:)`` waits for.
    public func restart(
        _ text: String, signal: SignalArgument?, seconds: Int?, _ options: RunOptions
    ) throws(EngineError) -> AskedContainer {
        recover()
        let record = try containers.find(text)
        let request = try ContainerRequest(of: record)
        self.record(Action("restart", record))
        let answerer = answerer(of: record)
        if answerer.isNobody {
            _ = try start(text, AttachOptions(), options, as: nil)
            return AskedContainer(record, .nothing)
        }
        let asked = (signal ?? request.stopSignal)?.signal ?? .terminate
        let time = seconds ?? request.stopTimeout ?? 10
        let restarted = try AskedContainer(
            record, .restart(asked, milliseconds: time < 0 ? -1 : Int64(time) * 1000),
            of: try control(answerer, of: record))
        restarted.startAgain = { () throws(EngineError) in
            _ = try self.start(record.id, AttachOptions(), options, as: nil)
        }
        return restarted
    }

    /// Waits until a container has done what it was asked.
    /// - Parameter others: those that were asked as well, and whose time may be over before.
    public func finish(_ asked: AskedContainer, beside others: [AskedContainer] = []) throws(EngineError) {
        let record = asked.record
        switch asked.question {
        case .nothing: return
        case .end:
            guard let process = try process(of: record) else { return }
            try wait(beside: others + [asked]) { $0.add(process.handle, .reading) }
            try awaitRelease(of: record.id, name: record.name)
        case .message(let message):
            try wait(beside: others) { set throws(SystemError) in
                try asked.socket.with(0) { socket in set.add(socket, .reading) }
            }
            var answer = try hear(asked)
            if case .restart = message, answer == nil { answer = try askNext(message, of: record) }
            switch (message, answer) {
            case (.restart, .failed(let code, let text)?): throw EngineError(startFailureOf: code, text)
            case (.restart, .started?): return
            // Its supervisor was killed when the program had been asked to end, and it has: nobody else starts it again.
            case (.restart, nil) where containers.record(of: record.id) != nil: try asked.startAgain?()
            case (.restart, _):
                throw EngineError(.start, "the container \(record.name) has ended, and was not started again")
            case (.stop, nil), (.remove, nil), (.signal, nil):
                var further = message
                if case .remove = message { further = .stop(.kill, milliseconds: 0) }
                try askNext(further, of: record)
            default: return
            }
        }
    }

    /// Waits until there is something of what `add` names. Those beside that have no more time are killed meanwhile.
    private func wait(
        beside others: [AskedContainer], _ add: (inout PollSet) throws(SystemError) -> Int
    ) throws(EngineError) {
        do throws(SystemError) {
            while true {
                let next = killOverdue(others)
                var set = PollSet()
                let place = try add(&set)
                try set.wait(milliseconds: next)
                if set.isReady(place) { return }
            }
        } catch {
            throw EngineError(.start, "cannot wait for the container", cause: error)
        }
    }

    /// - Returns: in how many milliseconds the next has no more time; -1 where there is none.
    private func killOverdue(_ asked: [AskedContainer]) -> Int32 {
        var next: Int32 = -1
        for one in asked {
            guard case .end(let deadline?) = one.question, !one.isKilled else { continue }
            let now = Clock.monotonic
            guard deadline > now else {
                one.isKilled = true
                if let process = try? process(of: one.record) { try? process.send(.kill) }
                continue
            }
            let left = Int32(clamping: (deadline - now) / 1_000_000 + 1)
            next = next < 0 ? left : min(next, left)
        }
        return next
    }

    private func hear(_ asked: AskedContainer) throws(EngineError) -> ControlMessage? {
        var answer: [UInt8] = []
        do throws(SystemError) {
            try asked.socket.with(0) { socket throws(SystemError) in
                answer = try socket.read(upTo: ControlMessage.maximumSize)
            }
        } catch {
            guard [.brokenPipe, .connectionReset].contains(error.errno) else {
                throw EngineError(.start, "cannot hear the container's supervisor", cause: error)
            }
        }
        return ControlMessage(answer[...])
    }

    /// The program of a container, as its record says; nil where that has ended.
    func process(of record: ContainerRecord) throws(EngineError) -> Process? {
        guard case .running(let process, let time, _) = record.state, let opened = try? Process(opening: process),
            ProcessTimes.start(of: process) == time
        else { return nil }
        return opened
    }

    /// Waits until a container has ended.
    /// - Returns: the exit code of its program.
    public func wait(_ text: String) throws(EngineError) -> Int32 {
        recover()
        let record = try containers.find(text)
        switch answerer(of: record) {
        case .supervisor(let socket):
            if case .ended(let code)? = try ask(.wait, of: socket) { return code }
            reap()
            // It was killed, and another takes its place.
            switch containers.record(of: record.id)?.state {
            case .running?, .restarting?: return try wait(record.id)
            default: break
            }
        case .nobody: break
        default:
            guard let process = try process(of: record) else { break }
            var set = PollSet()
            _ = set.add(process.handle, .reading)
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
    private func beginEnd(
        of record: ContainerRecord, _ signal: Signal, milliseconds: Int64
    ) throws(EngineError) -> AskedContainer {
        guard let process = try process(of: record) else { return AskedContainer(record, .nothing) }
        try? process.send(signal)
        return AskedContainer(
            record, .end(killAt: milliseconds < 0 ? nil : Clock.monotonic + UInt64(milliseconds) * 1_000_000))
    }
}

/// A container that was asked for something, which it may still be doing.
public final class AskedContainer {
    /// What is waited for.
    enum Question {
        case nothing
        /// The end of its program, which is killed at that moment of ``Clock/monotonic``.
        case end(killAt: UInt64?)
        /// What its supervisor answers.
        case message(ControlMessage)
    }

    let record: ContainerRecord
    let question: Question
    /// Whether its time was over.
    fileprivate(set) var isKilled = false
    /// What a supervisor does that is asked to restart it, once it has ended.
    fileprivate var startAgain: (() throws(EngineError) -> Void)?
    /// To its supervisor, in the first place.
    private(set) var socket = DescriptorTable()

    init(_ record: ContainerRecord, _ question: Question) {
        self.record = record
        self.question = question
    }

    /// Asks a supervisor; one that has gone meanwhile gives no answer.
    init(_ record: ContainerRecord, _ message: ControlMessage, of socket: consuming MessageSocket) throws(EngineError) {
        self.record = record
        question = .message(message)
        do throws(SystemError) { try socket.send(message.bytes) } catch {
            guard [.brokenPipe, .connectionReset].contains(error.errno) else {
                throw EngineError(.start, "cannot ask the container's supervisor", cause: error)
            }
        }
        self.socket.put(socket.take(), in: 0)
    }
}
