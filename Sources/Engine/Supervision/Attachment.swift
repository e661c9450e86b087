// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// A command that stays with a container: its streams are the container's, until one of the two ends.
struct Attachment: ~Copyable {
    let socket: Descriptor
    let signals: SignalQueue
    let input: Descriptor
    let isTerminal: Bool
    let options: AttachOptions
    var readsInput: Bool
    var matcher: DetachMatcher
    /// What was typed and the supervisor has not taken yet.
    var pending: [UInt8]?
    /// What the container has written and this command's output has not taken yet. Until it has, no more is asked for.
    var unwritten: ArraySlice<UInt8> = []
    var unwrittenStream = StandardStream.output

    static func of(
        _ socket: consuming MessageSocket, isTerminal: Bool, _ options: AttachOptions
    ) throws(SystemError) -> Attachment {
        let connection = socket.take()
        try connection.setNonBlocking(true)
        return Attachment(
            socket: connection,
            signals: try SignalQueue(of: options.forwardsSignals ? SignalQueue.forwardable : [.windowChange]),
            input: try StandardStream.input.duplicate(), isTerminal: isTerminal, options: options,
            readsInput: options.input, matcher: DetachMatcher(isTerminal ? options.detachKeys : DetachKeys(bytes: [])))
    }

    /// How it ended.
    enum End: Hashable, Sendable {
        case ended(code: Int32)
        /// The keys were typed that leave the container alone.
        case detached
        /// Nobody is there to say more.
        case lost
        /// Nobody reads this command's output any more.
        case unread
    }

    /// Carries streams and signals until there is an end.
    mutating func run() throws(SystemError) -> End {
        while true {
            var set = PollSet()
            // Not while some is left: signals are heard all the same.
            if !unwritten.isEmpty, let opened = try? unwrittenStream.duplicate() {
                let room = set.add(opened, .writing)
                let signal = set.add(signals.descriptor, .reading)
                try set.wait()
                if set.isReady(signal) { try forward() }
                if set.isReady(room), let end = writeSome(to: opened) { return end }
                continue
            }
            let message = set.add(socket, .reading)
            let signal = set.add(signals.descriptor, .reading)
            let typed = readsInput && pending == nil ? set.add(input, .reading) : nil
            let room = pending == nil ? nil : set.add(socket, .writing)
            try set.wait()
            if set.isReady(message), let end = try hear() { return end }
            if set.isReady(signal) { try forward() }
            if let typed, set.isReady(typed), try !readInput() { return .detached }
            if let room, set.isReady(room) { try sendPending() }
        }
    }

    private mutating func hear() throws(SystemError) -> End? {
        let packet: [UInt8]
        do throws(SystemError) { packet = try socket.read(upTo: ControlMessage.maximumSize) } catch {
            switch error.errno {
            case .again: return nil
            case .connectionReset: return .lost
            default: throw error
            }
        }
        guard let first = packet.first else { return .lost }
        switch ControlMessage.Kind(rawValue: first) {
        case .output?: return options.showsOutput ? take(packet.dropFirst(), for: .output) : nil
        case .errors?: return options.showsErrors ? take(packet.dropFirst(), for: .error) : nil
        case .ended?:
            guard case .ended(let code)? = ControlMessage(packet[...]) else { return .lost }
            return .ended(code: code)
        default: return nil
        }
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, for stream: StandardStream) -> End? {
        guard (try? stream.duplicate()) != nil else { return .unread }
        (unwritten, unwrittenStream) = (bytes, stream)
        return nil
    }

    /// Writes as much as is sure not to wait: a pipe that has room has room for PIPE_BUF bytes (pipe(7)). The stream is also
    /// others', so that it is not this command's to make return at once.
    private mutating func writeSome(to opened: borrowing Descriptor) -> End? {
        do throws(SystemError) {
            let count = try opened.writeSome(unwritten.prefix(4096))
            unwritten = unwritten.dropFirst(count)
            return nil
        } catch {
            return error.errno == .again ? nil : .unread
        }
    }

    private mutating func forward() throws(SystemError) {
        while let signal = try signals.next() {
            if signal == .windowChange {
                guard isTerminal, let size = try? input.terminalSize() else { continue }
                send(.resize(size))
            } else if options.forwardsSignals {
                send(.signal(signal))
            }
        }
    }

    /// - Returns: whether the command stays.
    private mutating func readInput() throws(SystemError) -> Bool {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try input.read(upTo: ControlMessage.maximumSize - 1) } catch {
            if error.errno == .again { return true }
            // A directory, or a terminal that this process is not in the foreground of: there is nothing to read.
            bytes = []
        }
        guard !bytes.isEmpty else {
            readsInput = false
            pending = ControlMessage.inputEnd.bytes
            try sendPending()
            return true
        }
        guard let passed = matcher.take(bytes[...]) else { return false }
        if !passed.isEmpty {
            pending = ControlMessage.input(passed).bytes
            try sendPending()
        }
        return true
    }

    private mutating func sendPending() throws(SystemError) {
        guard let packet = pending else { return }
        do throws(SystemError) {
            _ = try socket.writeSome(packet[...])
            pending = nil
        } catch {
            switch error.errno {
            case .again: return
            // It ends; what it has to say is still to be heard.
            case .brokenPipe, .connectionReset: (pending, readsInput) = (nil, false)
            default: throw error
            }
        }
    }

    /// What is lost where the supervisor hears nothing is as a signal to a program that has ended.
    private borrowing func send(_ message: ControlMessage) { _ = try? socket.writeSome(message.bytes[...]) }
}

extension Engine {
    /// Stays with a container until it ends, or the command is to leave it alone.
    /// - Returns: the exit code of its program; 0 where it goes on.
    func stay(
        with id: String, _ socket: consuming MessageSocket, isTerminal: Bool, _ options: AttachOptions
    ) throws(EngineError) -> Int32 {
        CurrentProcess.ignore(.brokenPipe)
        let end: Attachment.End
        do throws(SystemError) {
            var attachment = try Attachment.of(socket, isTerminal: isTerminal, options)
            // Without input the keys stay this command's: ^C is a signal, which is forwarded.
            if isTerminal, options.input, StandardStream.input.isTerminal {
                let raw = try? TerminalMode.raw(try StandardStream.input.duplicate())
                end = try attachment.run()
                _ = consume raw
            } else {
                end = try attachment.run()
            }
        } catch {
            throw EngineError(.start, "cannot stay with the container", cause: error)
        }
        switch end {
        case .ended(let code): return code
        case .detached: return 0
        // As SIGPIPE has it.
        case .unread: return 141
        case .lost:
            // It may have ended before it was heard, or its supervisor was killed and another has taken over.
            reap()
            for _ in 0..<200 where containers.isSupervised(id) {
                if case .running? = containers.record(of: id)?.state { break }
                Clock.sleep(milliseconds: 5)
            }
            if case .exited(let code, _, _)? = containers.record(of: id)?.state { return code }
            throw EngineError(.start, "the container's supervisor was killed: 'minibox ps -a' tells what became of it")
        }
    }
}
