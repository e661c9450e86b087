// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// The process that answers a container's calls, for as long as the container runs.
struct AnsweringProcess: ~Copyable {
    private let process: Process
    /// Until it is gone the process waits for filters.
    private let lifeline: MessageSocket

    fileprivate init(_ process: consuming Process, _ lifeline: consuming MessageSocket) {
        self.process = process
        self.lifeline = lifeline
    }

    /// What it has answered is written down, so there is nothing to wait for but its end.
    deinit {
        try? process.send(.kill)
        _ = try? process.wait()
    }
}

extension Engine {
    /// The socket in a container's run directory where who answers its calls gets the listeners of filters.
    static let callSocket = "calls"

    /// Starts who answers the calls of a container, before anything runs under its filter; nil where it is not asked.
    func answerCalls(
        of record: ContainerRecord, _ request: ContainerRequest, in run: borrowing Descriptor
    ) throws(EngineError) -> AnsweringProcess? {
        guard !request.notified.isEmpty else { return nil }
        do throws(SystemError) {
            // That of the last run.
            try? run.remove(Self.callSocket)
            var table = DescriptorTable()
            table.put(try LocalListener(FileName(Self.callSocket), in: run).take(), in: CallAnswerer.Slot.socket)
            var pair = try MessageSocket.pair()
            switch try Process.clone(into: []) {
            case .child:
                do throws(SystemError) {
                    if let own = pair.takeSecond() { table.put(own.take(), in: CallAnswerer.Slot.lifeline) }
                    let event = EngineEvent.container(record, "")
                    let log = CallLog(
                        EventLog(directory: places.runRoot), id: record.id, attributes: event.attributes)
                    try CurrentProcess.startSession()
                    try table.with(CallAnswerer.Slot.socket) { socket throws(SystemError) in
                        try table.with(CallAnswerer.Slot.lifeline) { lifeline throws(SystemError) in
                            try CurrentProcess.closeDescriptors(except: socket, lifeline)
                        }
                    }
                    try CurrentProcess.letGoOfCaller()
                    CurrentProcess.setCommandLine("minibox: calls of \(record.name)")
                    let queue = try EventQueue()
                    try CallConfinement.enter()
                    var answerer = CallAnswerer(request.notified, log, table, queue)
                    try answerer.run()
                } catch {
                    CurrentProcess.exitImmediately(1)
                }
                CurrentProcess.exitImmediately(0)
            case .parent(let child):
                guard let own = pair.takeFirst() else { throw SystemError("socketpair", .brokenPipe) }
                return AnsweringProcess(child, own)
            }
        } catch {
            throw EngineError(.start, "cannot start who answers the container's calls", cause: error)
        }
    }

    /// What a filter needs so that whoever listens at `socket` answers its calls.
    static func listener(at socket: String, container id: String) -> ListenerChoice {
        ListenerChoice(
            path: socket, metadata: nil,
            state: HookState(version: "1.0.2", id: id, bundle: "", annotations: [:]))
    }
}

extension ContainerRequest {
    /// About which calls somebody is asked, by their names.
    var notifiedNames: Set<String> { Set(notified.flatMap(\.kinds).flatMap(\.names)) }
}
