// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Who answers for a container.
enum Answerer: ~Copyable {
    case supervisor(MessageSocket)
    /// A command has it, in the foreground or for a moment, and answers nobody.
    case command
    /// Its supervisor was killed, and no other can take its place now.
    case lost
    /// It does not run.
    case nobody

    var isNobody: Bool {
        switch self {
        case .nobody: true
        default: false
        }
    }
}

extension Engine {
    /// Who answers for a container: its supervisor, or the next one where it was killed.
    ///
    /// A process that is killed gives up what it has one after the other: first others see that it ends, then its locks
    /// go, then its socket refuses. So what ``reap()`` left alone a moment ago may be nobody's by now, and whoever asked its
    /// lock or its socket alone would take the container for one that does not run, or that a command runs.
    func answerer(of record: ContainerRecord) -> Answerer {
        for _ in 0..<500 {
            var wasThere = false
            do throws(SystemError) {
                let run = try Descriptor.open("\(containers.runDirectory)/\(record.id)", [.directory])
                return .supervisor(try MessageSocket(to: ContainerSupervisor.socketName, in: run))
            } catch {
                wasThere = error.errno == .connectionRefused
            }
            let isHeld = containers.isSupervised(record.id)
            let current = containers.record(of: record.id)
            switch current?.state {
            // It has ended, or does not run yet.
            case nil, .created, .exited: return isHeld ? .command : .nobody
            // One that goes on without its supervisor has one that answers, or is about to have it.
            case .running, .restarting:
                if isHeld, !wasThere, current?.pipes.isEmpty == true { return .command }
            }
            reap()
            Clock.sleep(milliseconds: 10)
        }
        return .lost
    }

    /// A connection to the supervisor of a container, or to the next one.
    /// - Throws: `running` where a command is its supervisor, which answers nobody; `notRunning` where there is none.
    func control(of record: ContainerRecord) throws(EngineError) -> MessageSocket {
        try control(answerer(of: record), of: record)
    }

    /// The same of an answerer that is known.
    func control(_ answerer: consuming Answerer, of record: ContainerRecord) throws(EngineError) -> MessageSocket {
        switch consume answerer {
        case .supervisor(let socket): return socket
        case .command:
            throw EngineError(
                .running,
                "the container \(record.name) belongs to the command that runs it, and has its streams: others change one "
                    + "that 'run -d' starts, or 'run' without --rm")
        case .lost:
            throw EngineError(
                .start, "the supervisor of \(record.name) was killed, and no other takes its place: try again")
        case .nobody: throw EngineError(.notRunning, "the container \(record.name) is not running")
        }
    }

    /// Asks for the same once more where a supervisor was killed over it: whoever takes its place, unless the container has
    /// ended with it.
    /// - Returns: the answer; nil where it has ended.
    @discardableResult
    func askNext(_ message: ControlMessage, of record: ContainerRecord) throws(EngineError) -> ControlMessage? {
        for _ in 0..<500 {
            switch answerer(of: record) {
            // One that is about to be gone takes what it is told, and does not answer.
            case .supervisor(let other): if let answer = try ask(message, of: other) { return answer }
            case .lost: _ = try control(.lost, of: record)
            default: return nil
            }
            Clock.sleep(milliseconds: 10)
        }
        throw EngineError(
            .start, "the supervisor of \(record.name) was killed, and no other takes its place: try again")
    }
}
