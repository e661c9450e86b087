// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What this program is given to read, taken in without leaving signals unheard.
struct InputFile: ~Copyable {
    private let input: Descriptor
    private var buffer = [UInt8](repeating: 0, count: 1 << 17)

    /// Opens what is to be read.
    init(_ open: () throws(SystemError) -> Descriptor) throws(BuildError) {
        do throws(SystemError) { input = try open() } catch {
            throw BuildError(.file, "cannot read standard input", cause: error)
        }
    }

    /// The next bytes; nil at the end. `task` is what cannot be done without them.
    mutating func next(
        to task: String, interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> ArraySlice<UInt8>? {
        while true {
            let received: Signal?
            do throws(SystemError) {
                var set = PollSet()
                let data = set.add(input, .reading)
                let signal = set.add(signals.descriptor, .reading)
                try set.wait()
                received = set.isReady(signal) ? try signals.next() : nil
                if received == nil, set.isReady(data) {
                    let count = try input.read(into: &buffer)
                    return count == 0 ? nil : buffer[..<count]
                }
            } catch {
                throw BuildError(.file, "cannot \(task)", cause: error)
            }
            if let received { throw BuildError(.interrupted, "stopped by \(received) while reading standard input") }
        }
    }
}
