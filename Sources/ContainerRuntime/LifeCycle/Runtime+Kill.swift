// SPDX-License-Identifier: Apache-2.0
public import Linux

extension Runtime {
    /// Sends a signal to the first process of a container; with `all`, to every process in its cgroup.
    ///
    /// SIGKILL ends a container whose first process is process 1 of a pid namespace, with which the kernel ends the
    /// others. Without such a namespace it goes to the whole cgroup, or what the first process has started would stay.
    /// - Parameter signal: 0 only asks whether there is somebody to get one.
    public func kill(_ id: ContainerID, with signal: Signal, all: Bool) throws(RuntimeError) {
        let container = try store.find(id)
        guard let state = try container.state(), all || state.isAlive else {
            // With nobody left, everybody has got it.
            if all { return }
            throw .notRunning
        }
        let ends = signal == .kill && !state.namespaces.contains(.pid)
        if all || ends, let cgroup = state.cgroup {
            do throws(SystemError) {
                return try Self.send(signal, toCgroup: cgroup)
            } catch {
                if error.errno == .noEntry && all { return }
                throw RuntimeError(.files, "cannot kill the processes of \(cgroup)", path: cgroup, cause: error)
            }
        }
        do {
            try state.send(signal)
        } catch {
            if error.code == .notRunning && all { return }
            throw error
        }
    }

    private static func send(_ signal: Signal, toCgroup path: String) throws(SystemError) {
        let directory = try Descriptor.open(path, [.directory])
        if signal == .kill { return try directory.write("1", to: "cgroup.kill") }
        let bytes = try directory.contents(of: "cgroup.procs")
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            if let process = Int32(line) { try? Process(opening: process).send(signal) }
        }
    }
}

extension ContainerState {
    /// Sends a signal to the first process, and to no other that has its number now.
    func send(_ signal: Signal) throws(RuntimeError) {
        do throws(SystemError) {
            let process = try Process(opening: self.process)
            // The number cannot change its meaning while the descriptor is open.
            guard ProcessTimes.start(of: self.process) == startTime else {
                throw SystemError("pidfd_open", .noSuchProcess)
            }
            try process.send(signal)
        } catch {
            if error.errno == .noSuchProcess { throw .notRunning }
            throw RuntimeError(.invalid, "cannot send \(signal) to the container", cause: error)
        }
    }

    /// Kills the first process and waits until it has ended, for as long as a command may take.
    func end() throws(RuntimeError) {
        do throws(SystemError) {
            let process = try Process(opening: self.process)
            guard ProcessTimes.start(of: self.process) == startTime else { return }
            try process.send(.kill)
            var set = PollSet()
            let end = set.add(process.handle, .reading)
            try set.wait(milliseconds: 10_000)
            if set.isReady(end) { return }
        } catch {
            if error.errno == .noSuchProcess { return }
            throw RuntimeError(.invalid, "cannot kill process \(process) of the container", cause: error)
        }
        throw RuntimeError(
            .stuck, "the container was killed, but process \(process) does not end: delete it again when it has ended")
    }
}
