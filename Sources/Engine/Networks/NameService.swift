// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Names
internal import Networks

/// Waits for a container's first question about names, and starts a process without rights that answers it and those that
/// follow (``Names/NameServer``). To whoever holds it it is one more thing to wait for. A container that never asks has cost
/// two sockets.
///
/// It reads nothing that a container sends. What the process asks of it is a socket that is connected to one of the machine's
/// own servers, made here, in the machine's network namespace.
final class NameService: Companion {
    private enum Token {
        static let process = 3
    }

    private var setting: NameSetting
    /// Those of ``NameServer/Slot`` that are the container's.
    private var sockets: DescriptorTable
    private var queue: EventQueue
    /// Who answers, and when it was started.
    private var process: Process?
    private var started: UInt64 = 0
    /// How often it has ended soon after it was started.
    private var failures: UInt32 = 0

    /// - Parameter sockets: in the slots of ``NameServer/Slot``.
    init(_ sockets: consuming DescriptorTable, _ setting: NameSetting) throws(SystemError) {
        self.setting = setting
        self.sockets = sockets
        queue = try EventQueue()
        try listen()
    }

    deinit { stop() }

    /// Waits for it together with other things.
    func add(to queue: borrowing EventQueue, as token: Int) throws(SystemError) {
        try queue.add(self.queue.descriptor, as: token, .reading)
    }

    func add(to set: inout PollSet) -> Int { set.add(queue.descriptor, .reading) }

    /// Does what there is to do. What fails is tried again at the next question.
    func serve() {
        guard let count = try? queue.wait(milliseconds: 0) else { return }
        for place in 0..<count {
            switch queue.event(at: place).token {
            case NameServer.Slot.datagrams, NameServer.Slot.listener: if process == nil { start() }
            case NameServer.Slot.starter: answerRequest()
            default: processEnded()
            }
        }
    }

    /// Ends who answers; the next question starts another.
    func stop() {
        guard let running = process.take() else { return }
        try? running.send(.kill)
        _ = try? running.wait()
        sockets.close([NameServer.Slot.starter])
    }

    /// Answers by something else from now on.
    func change(to setting: NameSetting) {
        self.setting = setting
        guard process != nil else { return }
        stop()
        try? listen()
    }

    private func listen() throws(SystemError) {
        for slot in [NameServer.Slot.datagrams, NameServer.Slot.listener] {
            try sockets.with(slot) { socket throws(SystemError) in try queue.add(socket, as: slot, .reading) }
        }
    }

    private func processEnded() {
        guard let ended = process.take() else { return }
        _ = try? ended.wait()
        sockets.close([NameServer.Slot.starter])
        failures = Clock.monotonic < started + 5_000_000_000 ? min(failures + 1, 5) : 0
        try? listen()
    }

    private func start() {
        do throws(SystemError) {
            var pair = try MessageSocket.pair()
            let parent = CurrentProcess.id
            let places = setting.places()
            var given = DescriptorTable()
            for (number, place) in places.enumerated() {
                given.put(
                    try Descriptor.open(place.directory, [.readOnly, .directory]),
                    in: NameServer.Slot.firstPlace + number)
            }
            switch try Process.clone(into: []) {
            case .child:
                do throws(SystemError) { try become(&pair, &given, places, parent) } catch {
                    CurrentProcess.exitImmediately(1)
                }
                CurrentProcess.exitImmediately(0)
            case .parent(let child):
                // While it runs the questions are its own.
                for slot in [NameServer.Slot.datagrams, NameServer.Slot.listener] {
                    try sockets.with(slot) { socket throws(SystemError) in try queue.remove(socket) }
                }
                try queue.add(child.handle, as: Token.process, .reading)
                process = consume child
                started = Clock.monotonic
                if let own = pair.takeFirst() {
                    try queue.add(own.descriptor, as: NameServer.Slot.starter, .reading)
                    sockets.put(own.take(), in: NameServer.Slot.starter)
                }
            }
        } catch {
            // For want of memory or of descriptors: questions wait, or are asked again.
            Clock.sleep(milliseconds: 1)
        }
    }

    /// In the new process: answers, until nobody asks any more.
    private func become(
        _ pair: inout MessageSocket.Pair, _ given: inout DescriptorTable, _ places: [NameSetting.Place], _ parent: Int32
    ) throws(SystemError) {
        if let own = pair.takeSecond() { given.put(own.take(), in: NameServer.Slot.starter) }
        for slot in [NameServer.Slot.datagrams, NameServer.Slot.listener] {
            given.put(try sockets.take(slot), in: slot)
        }
        CurrentProcess.setCommandLine("minibox: names for \(setting.container)")
        // One that fails again and again does so more slowly.
        if failures > 0 { Clock.sleep(milliseconds: 50 << failures) }
        try NameConfinement.enter(parent: parent, given: given, places: places.count)
        var taken = DescriptorTable()
        swap(&taken, &given)
        var server = try NameServer(
            taken, places: places.map { NameServer.Place(name: $0.name, subnets: $0.subnets) },
            links: setting.links, asksOthers: places.contains { !$0.isInternal })
        do throws(SystemError) { try server.run() } catch { CurrentProcess.exitImmediately(1) }
        CurrentProcess.exitImmediately(0)
    }

    /// Gives it a socket that is connected to one of the servers.
    private func answerRequest() {
        var packet: [UInt8] = []
        try? sockets.with(NameServer.Slot.starter) { starter throws(SystemError) in
            packet = try starter.read(upTo: 64)
        }
        guard let request = NameRequest(packet) else {
            // It is gone, or says what it never would.
            try? process?.send(.kill)
            return sockets.close([NameServer.Slot.starter])
        }
        let servers = setting.servers()
        var handed = DescriptorTable()
        if !servers.isEmpty {
            let server = servers[Int(request.attempt) % servers.count]
            if let socket = try? InternetSocket.connected(request.transport, to: server, port: 53) {
                handed.put(socket, in: 0)
            }
        }
        try? sockets.send(
            NameServer.Slot.starter, request.answer(servers: UInt8(clamping: servers.count)),
            descriptors: handed.has(0) ? [0] : [], of: handed)
    }
}
