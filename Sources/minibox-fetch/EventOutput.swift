// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Registry
import Synchronization

/// The standard output, on which each event is a line. Where nobody reads any more, nobody wants anything either.
final class EventOutput: Sendable {
    private let descriptor: Descriptor
    private let turn = Mutex(())

    init?() {
        guard let descriptor = try? CurrentProcess.duplicateInherited(1) else { return nil }
        self.descriptor = descriptor
    }

    func write(_ event: FetchEvent) {
        let line = event.json.bytes() + [0x0A]
        turn.withLock { _ in
            do { try descriptor.write(line) } catch { CurrentProcess.exitImmediately(1) }
        }
    }
}

/// Says how far one request is, ten times a second at most.
final class Progress: Sendable {
    private let id: Int
    private let output: EventOutput
    private let last = Mutex(UInt64(0))

    init(_ id: Int, _ output: EventOutput) {
        self.id = id
        self.output = output
    }

    func report(_ done: Int64, of total: Int64) {
        let isDue = last.withLock { last in
            let now = Clock.monotonic
            guard now >= last + 100_000_000 else { return false }
            last = now
            return true
        }
        if isDue { output.write(FetchEvent(id: id, .progress(done: done, total: total))) }
    }

    func retry(_ attempt: Int, after: Double, _ reason: String) {
        output.write(FetchEvent(id: id, .retry(attempt: attempt, after: after, reason: reason)))
    }
}

/// Seconds, on a clock that only goes forward.
var now: Double { Double(Clock.monotonic) / 1e9 }
