// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerSupervisor {
    /// The program has ended: what it wrote is taken, and what was made for it taken away.
    mutating func processEnded() throws(SystemError) {
        try drain()
        guard let ended = started.take() else { return }
        let status = try Self.status(of: ended.process, isAdopted: isAdopted)
        let memory = ContainerEnding.Memory(ofCgroup: cgroup)
        ending = ContainerEnding(status, of: ended.process.id, sent: sent, memory: memory)
        _ = consume ended
        outOfMemory = status.code == 137 && (memory?.kills ?? 0) > 0
        cleanUp()
        try handle(.exited(code: status.code))
        try tell(.ended(code: status.code), toThoseWho: .end)
        commands.forget([.end, .output])
    }

    /// Takes away what was made for a run.
    mutating func cleanUp() {
        endHealth()
        names?.stop()
        names = nil
        role?.stop()
        role = nil
        room = nil
        (input, closesInput, waitsForRoom, readsOutput) = ([], false, false, false)
        container.held.drop()
        if var made = launched.take() {
            // Where nobody watches over it yet.
            made.kernel.end()
            made.finish()
        } else if isAdopted {
            engine.containers.takeBackPorts(of: container.id)
            _ = Journal.carryOut(in: container.run)
            // What its supervisor was killed over before the journal knew of it.
            engine.containers.releaseClaims(of: container.id)
        }
        // What the journal names is given back, and may be another's when it is read again.
        isAdopted = false
        claims.giveBack(of: container.id)
        claims = Claims()
        cgroup = nil
        endLog()
        sent = nil
    }

    /// Writes down how it ended. Where that cannot be written, the container has ended all the same.
    /// - Parameter hasEnded: whether it has just ended; otherwise only its coming back was called off.
    mutating func writeDown(_ code: Int32, comesBack: Bool, hasEnded: Bool = true) {
        guard var record else { return }
        var now = Clock.wall.rfc3339
        if case .restarting(_, let finished) = record.state { now = finished }
        record.wasStopped = life.wasStopped && !goesDown
        record.restarts = life.restarts
        record.ending = ending
        record.state =
            comesBack
            ? .restarting(code: code, finished: now) : .exited(code: code, finished: now, outOfMemory: outOfMemory)
        if let warning = takeLogWarning() { record.error = warning }
        self.record = record
        if hasEnded { engine.record(event: .container(record, "die", attributes: ["exitCode": "\(code)"])) }
        if life.wasStopped { engine.record(event: .container(record, "stop")) }
        guard !leavesNothing || comesBack else { return }
        do throws(SystemError) { try container.write(record, durable: !request.removesItself) } catch {
            // The run directory tells it then, to the next command that finds room.
            isWrittenDown = comesBack
        }
    }

    /// That a person has asked it to end holds also where this process is killed before it does.
    mutating func rememberStop() {
        guard life.wasStopped, started != nil, var record else { return }
        record.wasStopped = true
        self.record = record
        try? container.write(record, durable: false)
    }

    /// Starts it once more. A failure is an end like another.
    mutating func startAgain() throws(SystemError) {
        var failure: EngineError?
        do throws(EngineError) { try start(RunOptions { _ in }) } catch { failure = error }
        if let failure {
            record?.error = "\(failure)"
            ending = nil
            try tell(.failed(code: failure.exitCode, "\(failure)"), toThoseWho: .start)
            commands.forget(.start)
            cleanUp()
            return try handle(.exited(code: failure.exitCode))
        }
        try tell(.started(id: container.id), toThoseWho: .start)
        commands.forget(.start)
        try handle(.started)
        // Somebody may have asked it to end meanwhile.
        if life.wasStopped { try handle(.stop(life.stopSignal ?? .terminate, grace: Life.usualGrace), by: .stop) }
        settle()
    }

    /// What can be done once nobody waits for the start. That went deep, and what follows is a wait.
    mutating func settle() {
        showPhases()
        CurrentProcess.releaseMemory()
    }

    /// Lets others see how long the start took.
    private mutating func showPhases() {
        guard started != nil, !isAdopted, let record, !record.phases.isEmpty else { return }
        try? container.write(record, durable: false)
    }

    /// It has ended for good: what others see of it is what is on disk.
    mutating func finish() {
        isFinished = true
        cancelCompression()
        if leavesNothing {
            do throws(StepError) {
                // The record first: what is left after a kill is no container, and the next command removes it.
                try Undo.removeFile(path: container.path + "/record.json").perform()
                try Undo.removeTree(path: container.path).perform()
            } catch {
                // The run directory stays, and with it the next command's work.
                return
            }
        }
        guard isWrittenDown else { return }
        container.release(completely: leavesNothing)
        if leavesNothing, let record { engine.record(event: .container(record, "destroy")) }
    }

    /// Whether nothing of it is kept when it has ended.
    private var leavesNothing: Bool { request.removesItself || isRemoved }

    /// A container that could not be started: one that was not before is no more, another is as it was, and says why.
    mutating func withdraw(_ error: EngineError) {
        launched?.kernel.end()
        started = nil
        guard wasThere else {
            if let identifierFile { try? Undo.removeFile(path: identifierFile).perform() }
            engine.discard(container, claims: claims)
            return
        }
        cleanUp()
        if var record {
            record.error = "\(error)"
            try? container.write(record, durable: true)
        }
        container.release(completely: false)
    }

    /// Where the supervisor itself fails, its container does not go on unwatched.
    mutating func abandon() {
        try? started?.process.send(.kill)
        if !isAdopted { _ = try? started?.process.wait() }
        started = nil
        cleanUp()
        ending = ContainerEnding(code: 137, finished: Clock.wall.rfc3339, unseen: .supervisor)
        writeDown(137, comesBack: false)
        if !isFinished { finish() }
    }

    /// Gives commands the rest of what they have not taken, each as fast as it takes it. The container is no more; only
    /// they are waited for.
    mutating func linger() {
        while commands.isBlocked {
            var set = PollSet()
            var waiting: [(command: Int, place: Int)] = []
            for command in 0..<commands.count where commands.has(command) && commands.isPending(command) {
                try? commands.with(command) { connection throws(SystemError) in
                    waiting.append((command, set.add(connection, .writing)))
                }
            }
            guard !waiting.isEmpty, (try? set.wait()) != nil else { return }
            for (command, place) in waiting where set.isReady(place) && !commands.flush(command) {
                commands.close(command)
            }
        }
    }
}

extension ContainerEnding {
    /// How a program ended that somebody watched over.
    fileprivate init(_ status: ExitStatus, of process: Int32, sent: Sent?, memory: Memory?) {
        var signal: Int32?
        if case .signaled(let by) = status { signal = by.rawValue }
        self.init(
            code: status.code, finished: Clock.wall.rfc3339, signal: signal, sent: sent, memory: memory,
            process: process)
    }
}
