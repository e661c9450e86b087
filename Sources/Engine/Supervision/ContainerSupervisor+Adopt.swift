// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks

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
            // What it is, before it is opened: a device would notice.
            do throws(SystemError) {
                let place = try Descriptor.open("/proc/\(process.id)/fd/\(slot)", [.path])
                let status = try place.status()
                guard status.kind == .pipe, status.inode == inode else { continue }
                streams.put(try Descriptor.open("/proc/self/fd/\(place.number)", [.readOnly, .nonBlocking]), in: slot)
            } catch {
                // It has closed it.
                guard error.errno == .noEntry else { throw error }
            }
        }
        if record.endpoints.contains(where: \.hasNames) {
            // Where another program of the container has taken the port meanwhile, it has no names.
            try? streams.listenForNames(
                at: NameSetting.address, in: NamespaceFile(at: "/proc/\(process.id)/ns/net", kind: .network).take())
        }
        if request.taskRole != nil { Self.listenAgain(for: process.id, in: &streams) }
        isAdopted = true
        cgroup = ContainerDetails(record.details)?.cgroup
        if !record.published.isEmpty {
            let targets = record.endpoints.targets
            let ports = HeldPorts(again: record.published, hasIPv6: targets.contains { $0.family == .v6 })
            claims.ports = ports
            claims.relay = PortRelay.start(for: ports, to: targets)
        }
        try watch(Started(process: process, streams: streams))
        _ = life.handle(.started, at: Clock.monotonic)
        life.adopt(restarts: record.restarts, wasStopped: record.wasStopped)
        watchWalls()
        settleNetworks()
        beginHealth()
    }

    /// Takes requests for the role again. Who answered before is killed with its starter, and has the port until it is gone.
    /// Where a program of the container has taken it meanwhile, the container has no role until it is started again.
    private static func listenAgain(for process: Int32, in streams: inout DescriptorTable) {
        for _ in 0..<200 {
            do throws(SystemError) {
                return try streams.listenForRole(
                    at: RoleFiles.address, in: NamespaceFile(at: "/proc/\(process)/ns/net", kind: .network).take())
            } catch {
                guard error.errno == .addressInUse else { return }
                Clock.sleep(milliseconds: 10)
            }
        }
    }

    /// How the program ended. Of a child of another that is known when that one has waited for it, which is soon.
    static func status(of process: borrowing Process, isAdopted: Bool) throws(SystemError) -> ExitStatus {
        guard isAdopted else { return try process.wait() }
        for _ in 0..<10_000 {
            if let status = try process.statusOfOther() { return status }
            Clock.sleep(milliseconds: 1)
        }
        return .signaled(.kill)
    }
}

extension Engine {
    /// Gives a container a new supervisor whose own was killed, where it can have one: a program that runs is taken over,
    /// and what was to be started again is.
    /// - Returns: whether it is to be left alone: it has one now, or the next command may give it one.
    func adopt(_ id: String) -> Bool {
        guard let record = containers.record(of: id) else { return false }
        switch record.state {
        case .running(let process, let startTime, _):
            guard !record.pipes.isEmpty, ProcessTimes.start(of: process) == startTime else { return false }
            // What cannot be taken over now, for want of memory or descriptors, goes on, and is not killed for that.
            if let supervision = try? Supervision({ becomeAdopter(of: record, process, $0) }) {
                Self.awaitAnswer(of: supervision)
            }
            return true
        case .restarting:
            guard !record.wasStopped,
                let supervision = try? supervise(
                    .existing(record), wishing: [], size: nil, RunOptions { _ in })
            else { return false }
            Self.awaitAnswer(of: supervision)
            return containers.isSupervised(id)
        case .created, .exited: return false
        }
    }

    private static func awaitAnswer(of supervision: borrowing Supervision) {
        var set = PollSet()
        let message = set.add(supervision.socket.descriptor, .reading)
        _ = set.add(supervision.process.handle, .reading)
        try? set.wait(milliseconds: 10_000)
        if set.isReady(message) { _ = try? supervision.socket.descriptor.read(upTo: ControlMessage.maximumSize) }
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
            // Without a log where there is no room for one.
            try? supervisor.openLog(record, environment: ContainerDetails(record.details)?.environment ?? [])
            // What fails up to here is left to the next command: the container goes on.
            try CurrentProcess.letGoOfCaller()
            try supervisor.adopt(process)
            do throws(SystemError) {
                try? socket.send(ControlMessage.started(id: record.id).bytes)
                CurrentProcess.setCommandLine("minibox: \(supervisor.container.name)")
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
