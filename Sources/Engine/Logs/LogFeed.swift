// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The log of a container that does not wait for it, `mode=non-blocking`: a process of its own writes it, and what that
/// one has not taken yet waits here. Behind that, lines are dropped, and counted: docker's `RingLogger`.
///
/// The process outlives its supervisor by as much as it takes to write what it was given.
struct LogFeed: ~Copyable {
    /// A packet: the time, a byte of ``Kind``, what was read.
    static let headerSize = 17

    enum Kind: UInt8 {
        case output = 1, error, end
    }

    private let path: String
    private let choice: LogChoice
    private let attributes: [UInt8]
    private var writer: LogFeedWriter.Link
    private var began = Clock.monotonic
    /// Packets that the writer has not taken, the oldest first.
    private var waiting: [[UInt8]] = []
    private var waitingBytes = 0
    /// How many lines nobody has written down since that was told.
    private var dropped = 0
    /// What the writer could not do.
    private var failure: String?

    init(in path: String, _ choice: LogChoice, attributes: [UInt8]) throws(SystemError) {
        (self.path, self.choice, self.attributes) = (path, choice, attributes)
        writer = try LogFeedWriter.start(in: path, choice, attributes: attributes)
    }

    private static let patience: UInt64 = 10_000_000_000

    /// Whether something waits until the writer takes it.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Waits in `queue` until the writer takes more, as `token`.
    borrowing func wait(in queue: borrowing EventQueue, as token: Int, _ waits: Bool) throws(SystemError) {
        if waits { try queue.add(writer.socket, as: token, .writing) } else { try? queue.remove(writer.socket) }
    }

    /// Takes a packet, whose header is filled in here.
    mutating func append(_ packet: inout [UInt8], count: Int, of kind: Kind, at time: FileTime) {
        Self.fill(&packet, kind, time)
        guard waiting.isEmpty else { return keep(packet[..<count]) }
        do throws(SystemError) {
            _ = try writer.socket.writeSome(packet[..<count])
        } catch {
            keep(packet[..<count])
            if error.errno != .again { replaceWriter() }
        }
    }

    /// Hands over what waits, as far as the writer takes it.
    mutating func flush() {
        var sent = 0
        do throws(SystemError) {
            for packet in waiting {
                _ = try writer.socket.writeSome(packet[...])
                waitingBytes -= packet.count
                sent += 1
            }
        } catch {
            if error.errno != .again { replaceWriter() }
        }
        waiting.removeFirst(sent)
    }

    /// Has all be written down that there is, and waits for that, but not for ever where nothing is taken.
    mutating func end(at time: FileTime) {
        var deadline = Clock.monotonic + Self.patience
        var packet = [UInt8](repeating: 0, count: Self.headerSize)
        Self.fill(&packet, .end, time)
        waiting.append(packet)
        waitingBytes += packet.count
        // What was said too late last time.
        while let late = try? writer.socket.read(upTo: 4096), !late.isEmpty {}
        while Clock.monotonic < deadline {
            let before = waitingBytes
            flush()
            if waitingBytes < before { deadline = Clock.monotonic + Self.patience }
            var set = PollSet()
            let answer = set.add(writer.socket, isWaiting ? .writing : .reading)
            try? set.wait(milliseconds: 100)
            guard set.isReady(answer), !isWaiting else { continue }
            guard let text = try? writer.socket.read(upTo: 4096), !text.isEmpty else {
                replaceWriter()
                break
            }
            failure = text.count > 1 ? String(decoding: text.dropFirst(), as: UTF8.self) : failure
            return
        }
        for packet in waiting { dropped += Self.lines(in: packet[...]) }
        (waiting, waitingBytes) = ([], 0)
    }

    /// That lines are missing, and why: once a reason.
    mutating func takeWarning() -> String? {
        defer { (dropped, failure) = (0, nil) }
        if dropped > 0 { return "\(dropped) lines of the log are lost, as it was not written fast enough" }
        return failure
    }

    private mutating func keep(_ packet: ArraySlice<UInt8>) {
        guard waitingBytes + packet.count <= (choice.buffer ?? 0) || waiting.isEmpty else {
            dropped += Self.lines(in: packet)
            return
        }
        waitingBytes += packet.count
        // Small writes are kept together: each for itself takes more than it has.
        if let last = waiting.last, last[Self.headerSize - 1] == packet[packet.startIndex + Self.headerSize - 1],
            last.count + packet.count <= ControlMessage.maximumSize
        {
            waiting[waiting.count - 1] += packet.dropFirst(Self.headerSize)
        } else {
            waiting.append(Array(packet))
        }
    }

    /// Its writer was killed: what that one had is lost. Another one goes on, but not again and again.
    private mutating func replaceWriter() {
        guard Clock.monotonic - began > 1_000_000_000 else { return }
        began = Clock.monotonic
        failure = "lines of the log are lost, as the process that wrote it was killed"
        guard let other = try? LogFeedWriter.start(in: path, choice, attributes: attributes) else { return }
        _ = try? writer.process.wait()
        writer = other
    }

    private static func lines(in packet: ArraySlice<UInt8>) -> Int {
        packet.dropFirst(headerSize).reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
    }

    private static func fill(_ packet: inout [UInt8], _ kind: Kind, _ time: FileTime) {
        for place in 0..<8 {
            packet[place] = UInt8(truncatingIfNeeded: time.seconds >> (8 * place))
            packet[8 + place] = UInt8(truncatingIfNeeded: time.nanoseconds >> (8 * place))
        }
        packet[16] = kind.rawValue
    }

    static func time(of packet: [UInt8]) -> FileTime {
        func number(_ start: Int) -> Int64 {
            (0..<8).reduce(0) { $0 | Int64(packet[start + $1]) << (8 * $1) }
        }
        return FileTime(seconds: number(0), nanoseconds: number(8))
    }
}
