// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the child tells the parent, a message each. The launcher's report, an error number, is the only one of four
/// bytes.
enum ChildMessage {
    /// The controller's side of the terminal comes along.
    static let terminal = UInt8(ascii: "T")
    /// Another child of the parent goes on in this one's place; its descriptor comes along.
    static let sibling = UInt8(ascii: "S")
    /// A step failed.
    static let failure = UInt8(ascii: "F")
    /// Everything but the exec is done; the times of the steps follow.
    static let launching = UInt8(ascii: "L")
    /// The same, from a child that now waits at the gate.
    static let waiting = UInt8(ascii: "G")
    /// The namespaces are made, and interfaces may come.
    static let namespaces = UInt8(ascii: "U")
    /// The mounts are made, and hooks may see them.
    static let mounted = UInt8(ascii: "M")
    /// A filter is about to be loaded; what follows is ``ListenerAnnouncement``.
    static let listener = UInt8(ascii: "N")
}

extension LiveKernel {
    /// Waits until the child's end of the socket closes itself, which is when its program runs.
    public mutating func awaitLaunch() throws(StepFailure) {
        var isLaunching = false
        while let message = try hear() {
            switch message.first {
            case _ where message.count == 4:
                end()
                throw StepFailure(launcherReport: message, program: programPath)
            case ChildMessage.failure?:
                end()
                throw StepFailure(message: message)
            case ChildMessage.launching?:
                isLaunching = true
                adopt(launching: message)
            case ChildMessage.listener?:
                do throws(SystemError) {
                    try handListener(message)
                } catch {
                    end()
                    throw StepFailure(
                        number: 0, step: "hand the filter's listener over", kind: .setup, call: "\(error.call)",
                        errno: error.errno)
                }
            case ChildMessage.waiting?:
                adopt(launching: [ChildMessage.launching] + message.dropFirst())
                return
            default: break
            }
        }
        socket = nil
        if isLaunching { return phases.endLaunch() }
        let status = end()
        throw StepFailure(
            number: 0, step: "set up the container", kind: .died,
            detail: "its process ended before its program ran" + (status.map { ": \($0.words)" } ?? ""))
    }

    mutating func hear() throws(StepFailure) -> [UInt8]? {
        let signal: Signal?
        do throws(SystemError) {
            signal = try interruption()
            if signal == nil { return try receive() }
        } catch {
            end()
            throw StepFailure(
                number: 0, step: "hear from the child", kind: .setup, call: "\(error.call)", errno: error.errno)
        }
        end()
        throw StepFailure(
            number: 0, step: "set up the container", kind: .setup,
            detail: "interrupted by \(signal.map { "\($0)" } ?? "a signal")")
    }

    /// Waits for the child's word. The signal, where one comes first that ends the start.
    private mutating func interruption() throws(SystemError) -> Signal? {
        guard let channel = socket.take() else { return nil }
        guard let queue = interruptions.take() else {
            socket = consume channel
            return nil
        }
        var failure: SystemError?
        var signal: Signal?
        do throws(SystemError) {
            var set = PollSet()
            let word = set.add(channel.descriptor, .reading)
            let stop = set.add(queue.descriptor, .reading)
            while signal == nil, !set.isReady(word) {
                try set.wait()
                if set.isReady(stop), !set.isReady(word) { signal = try queue.next() }
            }
        } catch {
            failure = error
        }
        socket = consume channel
        interruptions = consume queue
        if let failure { throw failure }
        return signal
    }

    private mutating func receive() throws(SystemError) -> [UInt8]? {
        guard let channel = socket.take() else { return nil }
        var message: [UInt8] = []
        var failure: SystemError?
        for _ in 0..<2 {
            do throws(SystemError) {
                message = try channel.receive(upTo: 4096, into: [3], of: &streams)
                failure = nil
                break
            } catch {
                failure = error
                // The child ended before it read all that it was told. The kernel says so once, and before what the child
                // said last: unix_release_sock of net/unix/af_unix.c.
                if error.errno != .connectionReset { break }
            }
        }
        socket = consume channel
        if let failure { throw failure }
        return message.isEmpty ? nil : message
    }

    /// Kills the child and waits for it; closes what the steps have opened, which may be all that this process can.
    @discardableResult
    public mutating func end() -> ExitStatus? {
        table = DescriptorTable()
        guard let process = child.take() else { return nil }
        try? process.send(.kill)
        return try? process.wait()
    }

    private mutating func adopt(launching message: [UInt8]) {
        guard let announcement = LaunchAnnouncement(message: message) else { return }
        programPath = announcement.program
        phases.adopt(announcement.phases)
        traced?.merge(announcement.times)
    }

    /// What the child says when everything but the exec is done.
    var announcement: [UInt8] {
        LaunchAnnouncement(program: programPath, phases: phases.told, times: traced?.durations ?? [:]).message
    }

    /// In the child: sends the failure and ends, without running anything that belongs to the parent. In the parent:
    /// ends the child, which would wait for ever, and reads what it said last.
    public mutating func abandon(_ failure: StepFailure) -> StepFailure {
        if side == .child {
            let report = Slot.report.number
            if socket == nil, table.has(report) {
                try? table.with(report) { channel throws(SystemError) in try channel.write(failure.message) }
            }
            try? socket?.send(failure.message)
            CurrentProcess.exitImmediately(127)
        }
        end()
        if let heard { return heard }
        while let message = try? hear() {
            if message.first == ChildMessage.failure { return StepFailure(message: message) }
        }
        return failure
    }
}

extension StepFailure {
    /// F, kind, step number, error number (4 bytes each, little-endian), then step, call and detail, each ending in 0.
    var message: [UInt8] {
        var bytes = [ChildMessage.failure, kind.rawValue]
        for value in [UInt32(number), UInt32(bitPattern: errno?.rawValue ?? 0)] {
            for shift in stride(from: UInt32(0), to: 32, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        for text in [step, call ?? "", detail ?? ""] { bytes += Array(text.utf8.prefix(1200)) + [0] }
        return bytes
    }

    init(message: [UInt8]) {
        func number(at offset: Int) -> UInt32 {
            guard message.count >= offset + 4 else { return 0 }
            return message[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        let texts = message.dropFirst(10).split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        func text(_ index: Int) -> String? {
            texts.indices.contains(index) && !texts[index].isEmpty ? texts[index] : nil
        }
        let code = Int32(bitPattern: number(at: 6))
        self.init(
            number: Int(number(at: 2)), step: text(0) ?? "",
            kind: Kind(rawValue: message.count > 1 ? message[1] : 0) ?? .setup,
            call: text(1), errno: code == 0 ? nil : Errno(rawValue: code), detail: text(2))
    }

    /// What the launcher says of an exec that failed.
    init(launcherReport bytes: [UInt8], program: String) {
        let code = Errno(rawValue: Int32(bitPattern: bytes.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
        let reason =
            switch code {
            case .noEntry: "\(program) is there, but the interpreter or loader that it names is not"
            case .execFormat: "\(program) is no program of this machine: \(code)"
            default: "\(program): \(code)"
            }
        self.init(
            number: 0, step: "execute \(program)", kind: code == .noEntry ? .notFound : .notExecutable, call: "execve",
            errno: code, detail: reason)
    }
}

extension ExitStatus {
    /// How it ended, for a message.
    fileprivate var words: String {
        switch self {
        case .exited(let code): "it exited with \(code)"
        case .signaled(let signal): "it was killed by \(signal)"
        }
    }
}
