// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Watches over a process of a container: carries its streams, forwards signals, waits for its end.
///
/// One thread, one wait for all. The container's streams are pipes or a terminal of its own, never this command's:
/// what is behind those is the host's.
struct Supervisor: ~Copyable {
    private let process: Process
    private let signals: SignalQueue
    private var input: Descriptor?
    private var outputs: [Relay] = []
    private var channels = DescriptorTable()
    private var terminal: Descriptor?
    private var pendingInput: ArraySlice<UInt8> = []
    private var readsInput: Bool
    private let ownInput: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    /// A stream on its way out: from a slot of `channels` to a standard stream.
    private struct Relay {
        let slot: Int
        let target: StandardStream
    }

    /// - Parameter readsInput: whether this command's input goes to the container.
    init(_ started: consuming Started, signals: consuming SignalQueue, readsInput: Bool) throws(SystemError) {
        ownInput = try StandardStream.input.duplicate()
        self.signals = signals
        self.readsInput = readsInput
        input = started.input.take()
        terminal = started.terminal.take()
        var table = DescriptorTable()
        var relays: [Relay] = []
        if let output = started.output.take() {
            table.put(output, in: 0)
            relays.append(Relay(slot: 0, target: .output))
        }
        if let errors = started.errors.take() {
            table.put(errors, in: 1)
            relays.append(Relay(slot: 1, target: .error))
        }
        channels = table
        outputs = relays
        process = started.process
        CurrentProcess.ignore(.brokenPipe)
        if let pipe = input.take() {
            try pipe.setNonBlocking(true)
            input = consume pipe
        }
        if let controller = terminal.take() {
            try controller.setNonBlocking(true)
            terminal = consume controller
        }
    }

    /// Carries streams and signals until the process has ended and what it wrote is written.
    mutating func run() throws(SystemError) -> ExitStatus {
        try resize()
        var hasEnded = false
        while true {
            var set = PollSet()
            let end = hasEnded ? nil : set.add(process.handle, .reading)
            let signal = set.add(signals.descriptor, .reading)
            var ready: [(Relay, Int)] = []
            for relay in outputs {
                ready.append((relay, try channels.with(relay.slot) { set.add($0, .reading) }))
            }
            let output = addTerminal(to: &set, .reading)
            let wantsInput = readsInput && pendingInput.isEmpty
            let ownInput = wantsInput ? set.add(self.ownInput, .reading) : nil
            let space = pendingInput.isEmpty ? nil : addInput(to: &set)

            if hasEnded && outputs.isEmpty && output == nil { break }
            // Once the process is gone nobody writes any more, except for one that it left behind with its streams.
            try set.wait(milliseconds: hasEnded ? 100 : -1)

            var moved = false
            for (relay, place) in ready where set.isReady(place) {
                try carry(relay)
                moved = true
            }
            if let output, set.isReady(output) {
                try carryTerminal()
                moved = true
            }
            if let ownInput, set.isReady(ownInput) { try readInput() }
            if let space, set.isReady(space) { try writeInput() }
            if set.isReady(signal) { try forwardSignals() }
            if let end, set.isReady(end) { hasEnded = true }
            if hasEnded, end == nil, !moved { break }
        }
        return try process.wait()
    }

    private borrowing func addTerminal(to set: inout PollSet, _ interest: PollSet.Interest) -> Int? {
        switch terminal {
        case .some(let controller): set.add(controller, interest)
        case .none: nil
        }
    }

    private borrowing func addInput(to set: inout PollSet) -> Int? {
        switch input {
        case .some(let pipe): set.add(pipe, .writing)
        case .none: addTerminal(to: &set, .writing)
        }
    }

    private mutating func carry(_ relay: Relay) throws(SystemError) {
        var bytes = buffer
        swap(&bytes, &buffer)
        defer { swap(&bytes, &buffer) }
        let count = try channels.with(relay.slot) { channel throws(SystemError) in try channel.read(into: &bytes) }
        if count == 0 || !relay.target.write(bytes[..<count]) {
            // The end, or nobody reads this command's output any more: the container gets the same SIGPIPE.
            channels.close([relay.slot])
            outputs.removeAll { $0.slot == relay.slot }
        }
    }

    private mutating func carryTerminal() throws(SystemError) {
        guard let controller = terminal.take() else { return }
        var bytes = buffer
        swap(&bytes, &buffer)
        defer { swap(&bytes, &buffer) }
        do {
            let count = try controller.read(into: &bytes)
            if count > 0, StandardStream.output.write(bytes[..<count]) { terminal = consume controller }
        } catch {
            // EIO says that no process has the terminal open any more.
            switch error.errno {
            case .again: terminal = consume controller
            case .inputOutput: return
            default: throw error
            }
        }
    }

    private mutating func readInput() throws(SystemError) {
        let bytes = try ownInput.read(upTo: 1 << 16)
        if bytes.isEmpty {
            readsInput = false
            // The container's input ends where this command's does; a terminal is told by its own character.
            if terminal == nil { input = nil } else { pendingInput = [4][...] }
            return
        }
        pendingInput = bytes[...]
        try writeInput()
    }

    private mutating func writeInput() throws(SystemError) {
        do {
            let written: Int
            switch input {
            case .some(let pipe): written = try pipe.writeSome(pendingInput)
            case .none:
                switch terminal {
                case .some(let controller): written = try controller.writeSome(pendingInput)
                case .none: written = pendingInput.count
                }
            }
            pendingInput = pendingInput.dropFirst(written)
        } catch {
            switch error.errno {
            case .again: return
            case .brokenPipe, .inputOutput:
                readsInput = false
                pendingInput = []
                input = nil
            default: throw error
            }
        }
    }

    private mutating func forwardSignals() throws(SystemError) {
        while let signal = try signals.next() {
            if signal == .windowChange {
                try resize()
            } else {
                // It may have ended a moment ago.
                try? process.send(signal)
            }
        }
    }

    private mutating func resize() throws(SystemError) {
        guard let controller = terminal.take() else { return }
        if let size = try? ownInput.terminalSize() { try? controller.setTerminalSize(size) }
        terminal = consume controller
    }
}

extension StandardStream {
    /// Writes all of `bytes`; false where nobody reads them any more.
    fileprivate func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let stream = try? duplicate() else { return false }
        return (try? stream.write(bytes)) != nil
    }
}
