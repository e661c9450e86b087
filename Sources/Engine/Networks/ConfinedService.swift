// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What a process without rights answers who asks in a container.
protocol ConfinedAnswers: Sendable {
    /// The slots of the sockets that are the container's, and of the one to whoever started the process.
    static var listeners: [Int] { get }
    static var starter: Int { get }
    /// What the process is called.
    var title: String { get }
    /// Opens what it is given beside.
    mutating func open(into given: inout DescriptorTable) throws(SystemError)
    /// In the new process: gives up all rights, and answers until nobody asks any more.
    func run(_ given: consuming DescriptorTable, parent: Int32) throws(SystemError)
    /// What the process is answered, and in slot 0 given, when it asks who started it; nil for what it never asks.
    func answer(_ packet: [UInt8], _ handed: inout DescriptorTable) -> [UInt8]?
}

/// Waits for a container's first question, and starts a process without rights that answers it and those that follow. To
/// whoever holds it it is one more thing to wait for. A container that never asks has cost its sockets.
///
/// It reads nothing that a container sends. What the process asks of it is what it may not make itself.
final class ConfinedService<Answers: ConfinedAnswers>: Companion {
    /// What an event is about, where it is not about a slot.
    private static var processToken: Int { 1 << 16 }

    private var answers: Answers
    /// The container's, and while it is there that of the process.
    private var sockets: DescriptorTable
    private var queue: EventQueue
    /// Who answers, and when it was started.
    private var process: Process?
    private var started: UInt64 = 0
    /// How often it has ended soon after it was started.
    private var failures: UInt32 = 0

    /// - Parameter sockets: in the slots of ``ConfinedAnswers/listeners``.
    init(_ sockets: consuming DescriptorTable, _ answers: Answers) throws(SystemError) {
        self.answers = answers
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
            case Answers.starter: answerRequest()
            case Self.processToken: processEnded()
            default: if process == nil { start() }
            }
        }
    }

    /// Ends who answers; the next question starts another.
    func stop() {
        guard let running = process.take() else { return }
        try? running.send(.kill)
        _ = try? running.wait()
        sockets.close([Answers.starter])
    }

    /// Answers by something else from now on.
    func change(to answers: Answers) {
        self.answers = answers
        guard process != nil else { return }
        stop()
        try? listen()
    }

    private func listen() throws(SystemError) {
        for slot in Answers.listeners {
            try sockets.with(slot) { socket throws(SystemError) in try queue.add(socket, as: slot, .reading) }
        }
    }

    private func processEnded() {
        guard let ended = process.take() else { return }
        _ = try? ended.wait()
        sockets.close([Answers.starter])
        failures = Clock.monotonic < started + 5_000_000_000 ? min(failures + 1, 5) : 0
        try? listen()
    }

    private func start() {
        do throws(SystemError) {
            var pair = try MessageSocket.pair()
            let parent = CurrentProcess.id
            var answers = answers
            var given = DescriptorTable()
            try answers.open(into: &given)
            switch try Process.clone(into: []) {
            case .child:
                do throws(SystemError) { try become(answers, &pair, &given, parent) } catch {
                    CurrentProcess.exitImmediately(1)
                }
                CurrentProcess.exitImmediately(0)
            case .parent(let child):
                // While it runs the questions are its own.
                for slot in Answers.listeners {
                    try sockets.with(slot) { socket throws(SystemError) in try queue.remove(socket) }
                }
                try queue.add(child.handle, as: Self.processToken, .reading)
                process = consume child
                started = Clock.monotonic
                if let own = pair.takeFirst() {
                    try queue.add(own.descriptor, as: Answers.starter, .reading)
                    sockets.put(own.take(), in: Answers.starter)
                }
            }
        } catch {
            // For want of memory or of descriptors: questions wait, or are asked again.
            Clock.sleep(milliseconds: 1)
        }
    }

    /// In the new process: answers, until nobody asks any more.
    private func become(
        _ answers: Answers, _ pair: inout MessageSocket.Pair, _ given: inout DescriptorTable, _ parent: Int32
    ) throws(SystemError) {
        if let own = pair.takeSecond() { given.put(own.take(), in: Answers.starter) }
        for slot in Answers.listeners { given.put(try sockets.take(slot), in: slot) }
        CurrentProcess.setCommandLine(answers.title)
        // One that fails again and again does so more slowly.
        if failures > 0 { Clock.sleep(milliseconds: 50 << failures) }
        var taken = DescriptorTable()
        swap(&taken, &given)
        try answers.run(taken, parent: parent)
    }

    /// Gives it what it asks for.
    private func answerRequest() {
        var packet: [UInt8] = []
        try? sockets.with(Answers.starter) { starter throws(SystemError) in
            packet = try starter.read(upTo: 64)
        }
        var handed = DescriptorTable()
        guard let answer = answers.answer(packet, &handed) else {
            // It is gone, or says what it never would.
            try? process?.send(.kill)
            return sockets.close([Answers.starter])
        }
        try? sockets.send(Answers.starter, answer, descriptors: handed.has(0) ? [0] : [], of: handed)
    }
}
