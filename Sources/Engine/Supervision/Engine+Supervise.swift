// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a supervisor is made for.
enum SupervisedStart: Sendable {
    /// A container that is not yet.
    case new(ContainerRequest)
    /// One that is, and does not run.
    case existing(ContainerRecord)
}

extension Engine {
    /// Makes the process that a container is supervised by, and the container in it.
    ///
    /// Nothing is claimed before: locks belong to the process that takes them. What it has to say comes over the answer:
    /// ``ControlMessage/warning(_:)`` as often as it likes, then ``ControlMessage/started(id:)`` or
    /// ``ControlMessage/failed(code:_:)``; and from there on what a command that is attached gets, where `wish` says so.
    func supervise(
        _ start: SupervisedStart, wishing wish: Attachments.Wish, size: TerminalSize?, _ options: RunOptions
    ) throws(EngineError) -> Supervision {
        let engine = knowingActor
        return try Supervision { socket in
            engine.becomeSupervisor(start, socket, wishing: wish, size: size, options)
        }
    }

    private func becomeSupervisor(
        _ start: SupervisedStart, _ socket: consuming MessageSocket, wishing wish: Attachments.Wish,
        size: TerminalSize?, _ options: RunOptions
    ) -> Never {
        CurrentProcess.ignore(.brokenPipe)
        do throws(EngineError) {
            do throws(SystemError) {
                try CurrentProcess.closeDescriptors(except: socket.descriptor)
                try CurrentProcess.startSession()
            } catch {
                throw EngineError(.start, "cannot make a supervisor", cause: error)
            }
            var supervisor =
                switch start {
                case .new(let request): try ContainerSupervisor.of(new: request, self)
                case .existing(let record): try ContainerSupervisor.of(existing: record, self)
                }
            supervisor.terminalSize = size
            do throws(EngineError) { try supervisor.begin(options) } catch {
                supervisor.withdraw(error)
                throw error
            }
            do throws(SystemError) {
                try? socket.send(ControlMessage.started(id: supervisor.container.id).bytes)
                try CurrentProcess.letGoOfCaller()
                CurrentProcess.setCommandLine("minibox: \(supervisor.container.name)")
                let connection = socket.take()
                if !wish.isEmpty {
                    try connection.setNonBlocking(true)
                    supervisor.endsInput = wish.contains(.input)
                    try supervisor.welcome(connection, wishing: wish)
                }
                supervisor.settle()
                try supervisor.run()
            } catch {
                supervisor.abandon()
            }
            supervisor.linger()
        } catch {
            let code = error.code == .running ? 0 : error.exitCode
            try? socket.send(ControlMessage.failed(code: code, "\(error)").bytes)
            CurrentProcess.exitImmediately(125)
        }
        CurrentProcess.exitImmediately(0)
    }
}

/// A process that goes on where this command returns, as the command sees it.
struct Supervision: ~Copyable {
    let process: Process
    let socket: MessageSocket

    /// A copy of this process in a cgroup of its kind, where there can be one; otherwise in this one's.
    private static func clone() throws(SystemError) -> CloneResult {
        if let tree = (try? CgroupTree.find()) ?? nil, let leaf = tree.supervisors() {
            do throws(SystemError) { return try Process.clone(into: [], cgroup: leaf) } catch {
                // What was delegated may not reach as far as both: cgroup-v2.rst, "Delegation Containment".
            }
        }
        return try Process.clone(into: [])
    }

    /// Makes a copy of this process, which does `work` with the other end of the socket, and ends.
    ///
    /// `work` returns, for all that the compiler knows: what a function that never does was given, the optimizer of Swift
    /// 6.3 may give up too early (a crash of `exec -d`, seen).
    init(_ work: (consuming MessageSocket) -> Void) throws(EngineError) {
        do throws(SystemError) {
            var pair = try MessageSocket.pair()
            switch try Self.clone() {
            case .parent(let process):
                guard let socket = pair.takeFirst() else { throw SystemError("socketpair", .noChild) }
                self.process = process
                self.socket = socket
            case .child:
                guard let socket = pair.takeSecond() else { CurrentProcess.exitImmediately(125) }
                work(socket)
                CurrentProcess.exitImmediately(0)
            }
        } catch {
            throw EngineError(.start, "cannot make a process that goes on", cause: error)
        }
    }
}
