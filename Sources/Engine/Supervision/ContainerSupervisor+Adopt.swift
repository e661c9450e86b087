// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerSupervisor {
    /// Whether containers go on where their supervisor is killed: the next one can tell how they end.
    static func canBeAdopted(_ request: ContainerRequest) -> Bool {
        // A terminal whose controller is gone hangs up.
        guard !request.hasTerminal, let kernel = try? KernelVersion.running() else { return false }
        return kernel >= Process.firstToTellOfOthers
    }

    /// Takes over a container whose supervisor was killed.
    mutating func adopt(_ process: Int32) throws(SystemError) {
        let process = try Process(opening: process)
        guard let record else { throw SystemError("pidfd_open", .noChild) }
        var streams = DescriptorTable()
        for (slot, inode) in zip([Channel.output, Channel.errors], record.pipes) {
            // The program may have put something else in its place.
            guard let pipe = try? Descriptor.open("/proc/\(process.id)/fd/\(slot)", [.readOnly, .nonBlocking]),
                let status = try? pipe.status(), status.kind == .pipe, status.inode == inode
            else { continue }
            streams.put(pipe, in: slot)
        }
        isAdopted = true
        cgroup = ContainerDetails(record.details)?.cgroup
        try watch(Started(process: process, streams: streams))
        _ = life.handle(.started, at: Clock.monotonic)
        life.adopt(restarts: record.restarts)
        beginHealth()
    }

    /// How the program ended. Of a child of another that is known when that one has waited for it, which is soon.
    static func status(of process: borrowing Process, isAdopted: Bool) throws(SystemError) -> ExitStatus {
        guard isAdopted else { return try process.wait() }
        for _ in 0..<2000 {
            if let status = try process.statusOfOther() { return status }
            Clock.sleep(milliseconds: 1)
        }
        return .signaled(.kill)
    }
}

extension Engine {
    /// Gives a container a new supervisor whose own was killed, where it can have one.
    /// - Returns: whether it has one now.
    func adopt(_ id: String) -> Bool {
        guard let record = containers.record(of: id), !record.pipes.isEmpty,
            case .running(let process, let startTime, _) = record.state,
            ProcessTimes.start(of: process) == startTime,
            let supervision = try? superviseAdopted(record, process)
        else { return false }
        guard let packet = try? supervision.socket.descriptor.read(upTo: ControlMessage.maximumSize),
            case .started? = ControlMessage(packet[...])
            // Another command may have been faster.
        else { return containers.isSupervised(id) }
        return true
    }

    private func superviseAdopted(_ record: ContainerRecord, _ process: Int32) throws(SystemError) -> Supervision {
        var pair = try MessageSocket.pair()
        switch try Process.clone(into: []) {
        case .parent(let process):
            guard let socket = pair.takeFirst() else { throw SystemError("socketpair", .noChild) }
            return Supervision(process: process, socket: socket)
        case .child:
            guard let socket = pair.takeSecond() else { CurrentProcess.exitImmediately(125) }
            becomeAdopter(of: record, process, socket)
        }
    }

    private func becomeAdopter(
        of record: ContainerRecord, _ process: Int32, _ socket: consuming MessageSocket
    ) -> Never {
        CurrentProcess.ignore(.brokenPipe)
        do {
            try CurrentProcess.closeDescriptors(except: socket.descriptor)
            try CurrentProcess.startSession()
            var supervisor = try ContainerSupervisor.of(existing: record, self)
            // It may have ended since it was seen.
            guard ProcessTimes.start(of: process) != nil else { CurrentProcess.exitImmediately(1) }
            try supervisor.openLog(record, environment: ContainerDetails(record.details)?.environment ?? [])
            do throws(SystemError) {
                try supervisor.adopt(process)
                try? socket.send(ControlMessage.started(id: record.id).bytes)
                try CurrentProcess.letGoOfCaller()
                _ = socket.take()
                try supervisor.run()
            } catch {
                supervisor.abandon()
            }
            supervisor.linger()
        } catch {
            CurrentProcess.exitImmediately(1)
        }
        CurrentProcess.exitImmediately(0)
    }
}
