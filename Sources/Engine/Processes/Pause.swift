// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// A container whose processes are held while this process does something with its files.
///
/// A process of its own holds them, and lets them go where this one ends, whatever way: a container that stands still with
/// nobody who knows would look like one that hangs.
struct Pause: ~Copyable {
    private let path: String
    private let guardian: Supervision

    /// Holds all processes of the cgroup at `path`: on return none of them runs.
    init(ofCgroup path: String, name: String) throws(EngineError) {
        let guardian = try Supervision { Self.hold(path, telling: $0) }
        let message: ControlMessage?
        do throws(SystemError) {
            message = ControlMessage(try guardian.socket.descriptor.read(upTo: ControlMessage.maximumSize)[...])
        } catch {
            throw EngineError(.start, "cannot hear the process that holds the container \(name)", cause: error)
        }
        switch message {
        case .done?: break
        case .failed(_, let text)?:
            throw EngineError(.invalid, "cannot hold the container \(name): \(text): write --pause=false to let it run")
        default: throw EngineError(.start, "the process that was to hold the container \(name) was killed")
        }
        self.path = path
        self.guardian = guardian
    }

    /// Lets them go on.
    consuming func end() {
        try? guardian.socket.send(ControlMessage.done.bytes)
        _ = try? guardian.process.wait()
        // It may have been killed.
        if let cgroup = try? Cgroup(opening: path), cgroup.isFrozen() { try? cgroup.thaw() }
    }

    /// In the process of its own.
    private static func hold(_ path: String, telling socket: consuming MessageSocket) {
        try? CurrentProcess.closeDescriptors(except: socket.descriptor)
        try? CurrentProcess.letGoOfCaller()
        // What ends the command by its terminal ends this one when the container goes on.
        let signals = try? SignalQueue(of: SignalQueue.forwardable)
        CurrentProcess.ignore(.brokenPipe)
        do throws(CgroupError) {
            let cgroup = try Cgroup(opening: path)
            try cgroup.freeze()
            try? socket.send(ControlMessage.done.bytes)
            // A message, or the end of who holds the other end.
            _ = try? socket.descriptor.read(upTo: 16)
            try cgroup.thaw()
        } catch {
            try? socket.send(ControlMessage.failed(code: 1, "\(error)").bytes)
        }
        withExtendedLifetime(signals) {}
    }
}
