// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Watches over a process of a container: carries its streams, forwards signals, waits for its end.
///
/// One thread, one wait for all. The container's streams are pipes or a terminal of its own, never this command's:
/// what is behind those is the host's.
public struct Supervisor: ~Copyable {
    /// The supervisor's ends, by their slots in a ``Started``.
    private enum Channel {
        static let input = 0
        static let outputs: [(slot: Int, target: StandardStream)] = [(1, .output), (2, .error)]
        static let terminal = 3
        /// Of a ``Departure``.
        static let requests = 4
    }

    private var started: Started
    private let signals: SignalQueue
    private var ownInput: Descriptor
    /// How whoever watches can leave the process alone.
    private var departure: Departure?
    /// What was read of this command's input and the container has not taken yet.
    private var pending: ArraySlice<UInt8> = []
    private var readsInput: Bool
    /// Whether a signal that asks this command to end kills the process, rather than being passed on to it.
    private var killsOnSignal = false
    private var companions: [any Companion] = []
    /// Made when something is to be carried: most containers of a script print little, and its pages cost a tenth of
    /// what the whole supervisor does.
    private var buffer: [UInt8] = []

    /// - Parameter readsInput: whether this command's input goes to the container.
    init(_ started: consuming Started, signals: consuming SignalQueue, readsInput: Bool) throws(SystemError) {
        let own = try StandardStream.input.duplicate()
        for slot in [Channel.input, Channel.terminal] where started.streams.has(slot) {
            try started.streams.with(slot) { channel throws(SystemError) in try channel.setNonBlocking(true) }
        }
        CurrentProcess.ignore(.brokenPipe)
        self.started = started
        self.signals = signals
        self.readsInput = readsInput
        ownInput = own
    }

    /// Watches over a process to its end. With `isTerminal`, this command's own terminal is raw meanwhile: every key goes
    /// to the container.
    /// `whenSettled` is called once, if the process has run for a while: what it does costs a short one nothing.
    /// With `killsOnSignal` a signal that asks to end kills the process, which as process 1 might not hear it.
    public static func watch(
        _ started: consuming Started, signals: consuming SignalQueue, readsInput: Bool, isTerminal: Bool,
        killsOnSignal: Bool = false, beside companions: [any Companion] = [], whenSettled: () -> Void = {}
    ) throws(SystemError) -> ExitStatus {
        var supervisor = try Supervisor(started, signals: signals, readsInput: readsInput)
        supervisor.killsOnSignal = killsOnSignal
        supervisor.companions = companions
        // Without -i the keys stay this command's: ^C is a signal, which is forwarded.
        guard isTerminal, readsInput, StandardStream.input.isTerminal else {
            return try supervisor.runOrEnd(whenSettled)
        }
        let raw = try? TerminalMode.raw(try StandardStream.input.duplicate())
        let status = try supervisor.runOrEnd(whenSettled)
        _ = consume raw
        return status
    }

    /// Watches over a process with a terminal, on behalf of another that may leave it alone: see ``Departure``.
    public static func watch(
        _ started: consuming Started, signals: consuming SignalQueue, requests: consuming Descriptor,
        until departure: Departure
    ) throws(SystemError) -> ExitStatus {
        var started = started
        started.streams.put(requests, in: Channel.requests)
        var supervisor = try Supervisor(started, signals: signals, readsInput: true)
        supervisor.departure = departure
        return try supervisor.runOrEnd()
    }

    /// Where watching fails, the process does not go on unwatched.
    private mutating func runOrEnd(_ whenSettled: () -> Void = {}) throws(SystemError) -> ExitStatus {
        do throws(SystemError) {
            return try run(whenSettled)
        } catch {
            try? started.process.send(.kill)
            _ = try? started.process.wait()
            throw error
        }
    }

    /// Carries streams and signals until the process has ended and what it wrote is written.
    mutating func run(_ whenSettled: () -> Void = {}) throws(SystemError) -> ExitStatus {
        resize()
        var settlesAt: UInt64? = Clock.monotonic + 50_000_000
        var hasEnded = false
        while true {
            var set = PollSet()
            let end = hasEnded ? nil : set.add(started.process.handle, .reading)
            let signal = set.add(signals.descriptor, .reading)
            let outputs = Channel.outputs.map {
                (slot: $0.slot, target: $0.target, place: add($0.slot, to: &set, .reading))
            }
            let terminal = add(Channel.terminal, to: &set, .reading)
            let request = add(Channel.requests, to: &set, .reading)
            let beside = companions.map { $0.add(to: &set) }
            let more = readsInput && pending.isEmpty ? set.add(ownInput, .reading) : nil
            let space = pending.isEmpty ? nil : add(inputSlot, to: &set, .writing)

            let isOpen = terminal != nil || outputs.contains { $0.place != nil }
            if hasEnded && !isOpen { break }
            // A process that it left behind may hold its streams for ever: what is in them is taken, no more.
            try set.wait(milliseconds: hasEnded ? 0 : Self.milliseconds(until: settlesAt))
            if let moment = settlesAt, Clock.monotonic >= moment {
                settlesAt = nil
                whenSettled()
            }

            var moved = false
            for output in outputs where set.isReady(output.place) {
                try carry(output.slot, to: output.target)
                moved = true
            }
            if set.isReady(terminal) {
                try carry(Channel.terminal, to: .output)
                moved = true
            }
            if set.isReady(more) { try readInput() }
            if set.isReady(space) { try writeInput() }
            if set.isReady(signal) { try forwardSignals() }
            if set.isReady(request) { try hear() }
            for (companion, place) in zip(companions, beside) where set.isReady(place) { companion.serve() }
            if hasEnded && !moved { break }
            if set.isReady(end) { hasEnded = true }
        }
        return try started.process.wait()
    }

    /// Rounded up: a wait that ends too early is another one. Without a moment for ever.
    private static func milliseconds(until moment: UInt64?) -> Int32 {
        guard let moment else { return -1 }
        let now = Clock.monotonic
        return moment <= now ? 0 : Int32(clamping: (moment - now) / 1_000_000 + 1)
    }

    private var inputSlot: Int { started.streams.has(Channel.terminal) ? Channel.terminal : Channel.input }

    private borrowing func add(_ slot: Int, to set: inout PollSet, _ interest: PollSet.Interest) -> Int? {
        try? started.streams.with(slot) { set.add($0, interest) }
    }

    private mutating func carry(_ slot: Int, to target: StandardStream) throws(SystemError) {
        var bytes: [UInt8] = []
        swap(&bytes, &buffer)
        if bytes.isEmpty { bytes = [UInt8](repeating: 0, count: 1 << 16) }
        defer { swap(&bytes, &buffer) }
        var count = 0
        do throws(SystemError) {
            try started.streams.with(slot) { channel throws(SystemError) in count = try channel.read(into: &bytes) }
        } catch {
            switch error.errno {
            case .again: return
            // No process has the terminal open any more.
            case .inputOutput: break
            default: throw error
            }
        }
        // At the end, or where nobody reads this command's output any more, so that the container gets the same SIGPIPE.
        if count == 0 || !target.write(bytes[..<count]) { started.streams.close([slot]) }
    }

    private mutating func readInput() throws(SystemError) {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try ownInput.read(upTo: 1 << 16) } catch {
            if error.errno == .again { return }
            // A directory, or a terminal that this process is not in the foreground of: there is nothing to read.
            bytes = []
        }
        if !bytes.isEmpty {
            guard let departure else {
                pending = bytes[...]
                return try writeInput()
            }
            guard let passed = departure.typed(bytes[...]) else { return try depart() }
            pending = passed[...]
            return pending.isEmpty ? () : try writeInput()
        }
        // The container's input ends where this command's does; a terminal is told by its own character, ^D.
        readsInput = false
        if started.streams.has(Channel.terminal) { pending = [4][...] } else { started.streams.close([Channel.input]) }
    }

    private mutating func writeInput() throws(SystemError) {
        let slot = inputSlot
        do throws(SystemError) {
            var written = 0
            let bytes = pending
            try started.streams.with(slot) { channel throws(SystemError) in written = try channel.writeSome(bytes) }
            pending = pending.dropFirst(written)
            if pending.isEmpty { pending = [] }
        } catch {
            switch error.errno {
            case .again: return
            case .brokenPipe, .inputOutput:
                readsInput = false
                pending = []
                if slot == Channel.input { started.streams.close([slot]) }
            default: throw error
            }
        }
    }

    private borrowing func forwardSignals() throws(SystemError) {
        while let signal = try signals.next() {
            // It may have ended a moment ago.
            if signal == .windowChange {
                resize()
            } else if departure == nil {
                let asked = killsOnSignal && SignalQueue.ending.contains(signal) ? .kill : signal
                try? started.process.send(asked)
            }
        }
    }

    /// Takes a signal from whom this process watches for. Where that one is gone, nobody is left to watch.
    private borrowing func hear() throws(SystemError) {
        try started.streams.with(Channel.requests) { requests throws(SystemError) in
            guard let signal = Departure.signal(in: try requests.read(upTo: 16)) else {
                throw SystemError("read", .connectionReset)
            }
            // It may have ended a moment ago.
            if signal == .windowChange { resize() } else { try? started.process.send(signal) }
        }
    }

    /// Leaves the process alone: it goes on without input, and what it writes from here on is nobody's.
    private mutating func depart() throws(SystemError) {
        guard let departure else { return }
        readsInput = false
        try started.streams.with(Channel.requests) { requests throws(SystemError) in try departure.left(requests) }
        started.streams.close([Channel.requests])
        self.departure = nil
        // By now nothing.
        ownInput = try StandardStream.input.duplicate()
    }

    /// Gives the container's terminal the size of this command's.
    private borrowing func resize() {
        guard started.streams.has(Channel.terminal), let size = try? ownInput.terminalSize() else { return }
        try? started.streams.with(Channel.terminal) { terminal throws(SystemError) in try terminal.setTerminalSize(size)
        }
    }
}

extension PollSet {
    /// Whether there is such a place and it is ready.
    fileprivate func isReady(_ place: Int?) -> Bool { place.map { isReady($0) } ?? false }
}

extension StandardStream {
    /// Writes all of `bytes`; false where nobody reads them any more.
    fileprivate func write(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let stream = try? duplicate() else { return false }
        return (try? stream.write(bytes)) != nil
    }
}
