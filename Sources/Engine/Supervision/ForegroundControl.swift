// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Networks
internal import OCI

/// What the command that runs a container in the foreground knows of it.
struct ForegroundContainer: ~Copyable, NetworkMember {
    enum Token {
        static let names = 0
        static let listener = 1
    }

    /// Where others ask it to change the container's networks. It has a name of its own: who finds the socket of a
    /// supervisor may ask that for everything.
    static let socketName = "networks"

    let engine: Engine
    let containerID: String
    let processID: Int32?
    var request: ContainerRequest
    var record: ContainerRecord?
    var claims: Claims
    var names: NameService?
    var formerEndpoints: [NetworkEndpoint]
    var queue: EventQueue
    var listener: MessageListener?

    var containerName: String { record?.name ?? "" }

    func listen(to names: NameService) throws(SystemError) { try names.add(to: queue, as: Token.names) }

    /// Makes the change that a command has written down.
    /// - Returns: what the command is told.
    mutating func amend() -> ControlMessage {
        guard let run = try? runDirectory(), let bytes = try? run.contents(of: Amendment.fileName),
            (try? run.remove(Amendment.fileName)) != nil, let json = try? JSON(parsing: bytes),
            let wanted = Amendment(json).request, let changed = try? ContainerRequest(wanted)
        else { return .failed(code: 125, "cannot read the change that was written down") }
        do throws(EngineError) { try follow(changed) } catch { return .failed(code: 125, "\(error)") }
        request = changed
        guard var record else { return .failed(code: 125, "it has ended") }
        record.request = wanted
        self.record = record
        do throws(SystemError) {
            try show(record)
            return .done
        } catch {
            return .failed(code: 125, "cannot write down the change, which holds until the container ends: \(error)")
        }
    }
}

/// Lets other commands put a container on networks, and take it off them, that a command runs in the foreground; and
/// answers its questions about names.
///
/// A connection is the question: what is asked for is in the run directory by then, so that the command that has the
/// container's streams waits for nobody.
final class ForegroundControl: Companion {
    private var container: ForegroundContainer

    init(
        _ engine: Engine, _ request: ContainerRequest, _ record: ContainerRecord, _ claims: Claims,
        of started: inout Started
    ) throws(SystemError) {
        let names = try engine.nameService(of: &started, record.name, record.endpoints, request)
        container = ForegroundContainer(
            engine: engine, containerID: record.id, processID: started.process.id, request: request, record: record,
            claims: claims, names: names, formerEndpoints: record.endpoints, queue: try EventQueue())
        if let names { try container.listen(to: names) }
    }

    func add(to set: inout PollSet) -> Int { set.add(container.queue.descriptor, .reading) }

    func serve() {
        guard let count = try? container.queue.wait(milliseconds: 0) else { return }
        for place in 0..<count {
            switch container.queue.event(at: place).token {
            case ForegroundContainer.Token.names: container.names?.serve()
            default: if let connection = nextConnection() { answer(connection) }
            }
        }
    }

    /// Once the container has run for a moment: what it was asked to be is written down, and may be changed. What this takes
    /// costs a short one nothing.
    func settle() {
        guard let request = try? container.engine.resolved(container.request) else { return }
        var shown = request
        // What it writes goes to this command's streams alone.
        shown.log = .nothing
        container.record?.request = shown.json
        if let record = container.record { try? container.show(record) }
        guard case .network = request.network else { return }
        do throws(SystemError) {
            let listener = try MessageListener(ForegroundContainer.socketName, in: container.runDirectory())
            try container.queue.add(listener.descriptor, as: ForegroundContainer.Token.listener, .reading)
            container.listener = consume listener
        } catch {
            // For want of descriptors: nobody changes it then.
            return
        }
    }

    /// Hears nobody any more.
    /// - Parameters: what is the container's by now.
    func end(_ record: inout ContainerRecord, _ claims: inout Claims) {
        container.names?.stop()
        container.listener = nil
        if let changed = container.record { record = changed }
        claims = container.claims
    }

    private func nextConnection() -> Descriptor? {
        switch container.listener {
        case .some(let listener): (try? listener.accept()) ?? nil
        case nil: nil
        }
    }

    private func answer(_ connection: consuming Descriptor) {
        // Who waits has said nothing; of who has given up the end can be read, and the change may be another's.
        do throws(SystemError) {
            _ = try connection.read(upTo: 1)
            return
        } catch {
            guard error.errno == .again else { return }
        }
        _ = try? connection.writeSome(container.amend().bytes[...])
    }
}
