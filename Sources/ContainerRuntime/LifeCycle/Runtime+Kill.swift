// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

extension Runtime {
    /// Sends a signal to the first process of a container; with `all`, to every process in its cgroup.
    ///
    /// SIGKILL ends a container whose first process is process 1 of a pid namespace, with which the kernel ends the
    /// others. Without such a namespace it goes to the whole cgroup, or what the first process has started would stay; without
    /// a cgroup either, to whoever is in the container's mount namespace.
    /// - Parameter signal: 0 only asks whether there is somebody to get one.
    public func kill(_ id: ContainerID, with signal: Signal, all: Bool) throws(RuntimeError) {
        let container = try store.find(id)
        guard let state = try container.state(), all || state.isAlive else {
            // With nobody left, everybody has got it.
            if all { return }
            throw .notRunning
        }
        let ends = signal == .kill && !Self.hasProcessesOfItsOwn(state, container)
        if all || ends, let cgroup = state.cgroup {
            do throws(CgroupError) {
                return try Cgroup(opening: cgroup).send(signal)
            } catch {
                if error.code == .missing && all { return }
                throw RuntimeError(error, phase: "cgroup")
            }
        }
        // Held before: of a process that has ended nothing can be asked.
        let strays = ends ? state.strays(container) : nil
        do throws(RuntimeError) {
            try state.send(signal)
            try strays?.end()
        } catch {
            if error.code == .notRunning && all { return }
            throw error
        }
    }
}

extension Runtime {
    private static func hasProcessesOfItsOwn(
        _ state: ContainerState, _ container: borrowing ContainerDirectory
    ) -> Bool {
        if let later = state.later { return later.hasProcessesOfItsOwn }
        return (try? container.configuration())?.hasProcessesOfItsOwn == true
    }
}

extension ContainerState.Later {
    init(_ configuration: RuntimeConfiguration) {
        hasProcessesOfItsOwn = configuration.hasProcessesOfItsOwn
        hasPoststartHooks = !configuration.hooks.poststart.isEmpty
        hasPoststopHooks = !configuration.hooks.poststop.isEmpty
    }
}

extension RuntimeConfiguration {
    /// Whether the container's process is process 1 of a pid namespace. In one that it joined it is not.
    var hasProcessesOfItsOwn: Bool { linux.namespace(.pid).map { $0.path == nil } ?? false }
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
        let what = ProcessState(of: process).map { "\($0)" } ?? "process \(process) does not end"
        throw RuntimeError(.stuck, "the container was killed, but \(what): delete it again when it has ended")
    }
}

extension RuntimeError {
    /// What a cgroup did not give.
    init(_ error: CgroupError, phase: String) {
        let code: Code =
            switch error.code {
            case .missing: .noCgroup
            case .stuck: .stuck
            case .limit, .firstVersion, .inUse, .refused, .path: .invalid
            default: .files
            }
        self.init(
            code, error.code == .missing ? "cgroup not exist" : "\(error)",
            Details(phase: phase, call: error.cause.map { "\($0.call)" }, errno: error.cause?.errno.rawValue))
    }
}
