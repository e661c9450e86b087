// SPDX-License-Identifier: Apache-2.0

/// What the child says when everything but the exec is done: which program, and how long its steps took.
struct LaunchAnnouncement: Hashable, Sendable {
    var program: String
    /// Nanoseconds of the child's phases: ``PhaseTimes/told``.
    var phases: [UInt64]
    /// Nanoseconds by step number; empty where nothing is traced.
    var times: [Int: UInt64]

    init(program: String, phases: [UInt64], times: [Int: UInt64]) {
        self.program = program
        self.phases = phases
        self.times = times
    }

    /// L, the length of the path (4 bytes), the path, the phases (8 bytes each), then pairs of step number (2 bytes) and nanoseconds (8); numbers
    /// little-endian. It is never four bytes long, which only the launcher's report is.
    var message: [UInt8] {
        var bytes = [ChildMessage.launching]
        func append(_ value: UInt64, size: Int) {
            for place in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(place * 8))) }
        }
        append(UInt64(program.utf8.count), size: 4)
        bytes += program.utf8
        for phase in phases { append(phase, size: 8) }
        for (number, duration) in times.sorted(by: { $0.key < $1.key }) {
            append(UInt64(number), size: 2)
            append(duration, size: 8)
        }
        return bytes
    }

    /// nil where it is no announcement. Times that did not fit into the message are missing.
    init?(message: [UInt8]) {
        func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
        guard message.first == ChildMessage.launching, message.count >= 5 else { return nil }
        let length = Int(number(message[1..<5]))
        guard message.count - 5 >= length else { return nil }
        program = String(decoding: message[5..<5 + length], as: UTF8.self)
        times = [:]
        phases = []
        var rest = message[(5 + length)...]
        while phases.count < PhaseTimes.countTold, rest.count >= 8 {
            phases.append(number(rest.prefix(8)))
            rest = rest.dropFirst(8)
        }
        while rest.count >= 10 {
            times[Int(number(rest.prefix(2)))] = number(rest.dropFirst(2).prefix(8))
            rest = rest.dropFirst(10)
        }
    }
}
