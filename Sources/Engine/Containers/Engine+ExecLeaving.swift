// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// Runs a program in a container with a terminal, and waits until it ends or the keys are typed that leave it alone.
    ///
    /// A process that is made for it follows the program, since this one may end first. That costs a clone, so a program
    /// without a terminal does without.
    /// - Returns: the program's exit code; 0 where it goes on.
    func executeLeaving(
        _ plan: ExecPlan, _ request: ExecRequest, in record: ContainerRecord
    ) throws(EngineError) -> Int32 {
        let signals: SignalQueue
        do throws(SystemError) { signals = try SignalQueue(of: SignalQueue.forwardable) } catch {
            throw EngineError(.start, "cannot wait for signals", cause: error)
        }
        let follower = try Supervision { follow(plan, request, in: record, telling: $0) }
        let early = try awaitStart(of: follower, signals)
        // This process's to give back, since the other may be killed.
        let raw = try? TerminalMode.raw(try StandardStream.input.duplicate())
        // Before that the follower shows and takes nothing: who sees the program's first words can type all keys.
        try? follower.socket.send(ControlMessage.attach(input: true).bytes)
        for signal in early { follower.pass(signal) }
        let code = try stay(with: follower, signals)
        _ = consume raw
        return code
    }

    /// Waits until the program runs. Signals that ask this command to end give it up.
    /// - Returns: those that came meanwhile.
    private func awaitStart(
        of follower: borrowing Supervision, _ signals: borrowing SignalQueue
    ) throws(EngineError) -> [Signal] {
        var early: [Signal] = []
        while true {
            if let message = try next(of: follower, signals, { early.append($0) }) {
                switch message {
                case .started: return early
                case .failed(let code, let text): throw EngineError(startFailureOf: code, text)
                default: throw Self.followerIsGone
                }
            }
            for signal in early where SignalQueue.ending.contains(signal) { try? follower.process.send(signal) }
        }
    }

    private func stay(
        with follower: borrowing Supervision, _ signals: borrowing SignalQueue
    ) throws(EngineError) -> Int32 {
        while true {
            switch try next(of: follower, signals, { follower.pass($0) }) {
            case nil: continue
            case .ended(let code)?: return code
            case .done?: return 0
            case .failed(let code, let text)?: throw EngineError(startFailureOf: code, text)
            default: throw Self.followerIsGone
            }
        }
    }

    private static var followerIsGone: EngineError {
        EngineError(.start, "the process that follows the program was killed, and the program with it")
    }

    /// Hands the signals that have come to `take`.
    /// - Returns: what the follower says, if it says something. Where it is gone, that is `.amend`, which it never says.
    private func next(
        of follower: borrowing Supervision, _ signals: borrowing SignalQueue, _ take: (Signal) -> Void
    ) throws(EngineError) -> ControlMessage? {
        do throws(SystemError) {
            var set = PollSet()
            let signal = set.add(signals.descriptor, .reading)
            let message = set.add(follower.socket.descriptor, .reading)
            try set.wait()
            if set.isReady(signal) { while let signal = try signals.next() { take(signal) } }
            guard set.isReady(message) else { return nil }
            let packet = try follower.socket.descriptor.read(upTo: ControlMessage.maximumSize)
            return ControlMessage(packet[...]) ?? .amend
        } catch {
            if error.errno == .connectionReset { return .amend }
            throw EngineError(.start, "cannot hear the process that follows the program", cause: error)
        }
    }

    /// In the process that follows the program, which has this command's terminal until it is left.
    private func follow(
        _ plan: ExecPlan, _ request: ExecRequest, in record: ContainerRecord, telling socket: consuming MessageSocket
    ) {
        do throws(EngineError) {
            // Where the command is killed, the program goes with it, as if there were no process between.
            try? CurrentProcess.setParentDeathSignal(.kill)
            let entered = try enter(plan, record.name)
            try? socket.send(ControlMessage.started(id: record.name).bytes)
            // Its terminal is ready then; where the command is gone, it reads nothing, and neither does anybody else.
            _ = try? socket.descriptor.read(upTo: ControlMessage.maximumSize)
            let id = announce(request, in: record)
            let code: Int32
            do throws(SystemError) {
                var matcher = DetachMatcher(request.detachKeys)
                let departure = Departure {
                    matcher.take($0)
                } left: { command throws(SystemError) in
                    self.record(event: .container(record, "exec_detach", attributes: ["execID": id]))
                    try CurrentProcess.setParentDeathSignal(Signal(rawValue: 0))
                    try CurrentProcess.startSession()
                    try CurrentProcess.letGoOfCaller()
                    CurrentProcess.setCommandLine("minibox: exec in \(record.name)")
                    try command.write(ControlMessage.done.bytes)
                }
                code = try Supervisor.watch(
                    entered.started, signals: entered.signals, requests: socket.descriptor.duplicate(),
                    until: departure
                ).code
            } catch {
                throw EngineError(.start, "cannot watch over the program", cause: error)
            }
            self.record(event: .container(record, "exec_die", attributes: ["execID": id, "exitCode": "\(code)"]))
            try? socket.send(ControlMessage.ended(code: code).bytes)
        } catch {
            try? socket.send(ControlMessage.failed(code: error.exitCode, "\(error)").bytes)
        }
    }
}

extension Supervision {
    /// Has the program get a signal. Where the follower is gone, that is found out by listening to it.
    fileprivate borrowing func pass(_ signal: Signal) { try? socket.send(Departure.request(signal)) }
}
