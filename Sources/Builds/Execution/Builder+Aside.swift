// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Builder {
    /// Does something that takes long in a process of its own, so that the build can be interrupted meanwhile. What it
    /// warns of is shown. `began` is when the build did.
    func doAside(
        signals: borrowing SignalQueue, since began: UInt64,
        _ body: (borrowing WorkerChannel) throws(BuildError) -> Void
    ) throws(BuildError) {
        var failure: BuildError?
        var isInterrupted = false
        let status: ExitStatus
        do throws(SystemError) {
            let worker = try Worker(step: -1) { channel in
                do throws(BuildError) {
                    try body(channel)
                } catch {
                    channel.tell(.failed(words: "\(error)", error.code))
                }
            }
            var buffer = [UInt8](repeating: 0, count: 1 << 12)
            while !worker.hasClosed {
                var set = PollSet()
                let signal = set.add(signals.descriptor, .reading)
                let places = worker.add(to: &set)
                try set.wait(milliseconds: ticks ? 100 : -1)
                if set.isReady(signal) {
                    while try signals.next() != nil { isInterrupted = true }
                    if isInterrupted { worker.kill() }
                }
                try worker.take(places, of: set, buffer: &buffer) { _, _ in
                } told: { message in
                    switch message {
                    case .warning(let words): show(.warning(words))
                    case .failed(let words, let code): failure = BuildError(code, words)
                    default: break
                    }
                }
                if ticks { show(.tick(after: BuildClock(since: began))) }
            }
            status = worker.wait()
        } catch {
            throw BuildError(.file, "cannot start a process", cause: error)
        }
        if isInterrupted { throw BuildError(.interrupted, "the build was interrupted") }
        if let failure { throw failure }
        guard status == .exited(0) else {
            throw BuildError(.file, "a process of the build ended before it was done")
        }
    }
}
