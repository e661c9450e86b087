// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A moment as the bytes that a line of a log has: RFC 3339 in UTC, the fraction without zeros at its end, as Go's
/// `RFC3339Nano` writes it. The day is worked out once a second.
struct LogStamp {
    /// `2026-11-21T10:02:03.1234Z`
    private(set) var bytes: [UInt8] = []
    private var second = Int64.min
    private var prefix: [UInt8] = []

    /// Makes ``bytes`` say this moment. In the second that they said before, nothing is allocated.
    mutating func set(_ time: FileTime) {
        if time.seconds != second {
            second = time.seconds
            prefix = Array(time.rfc3339Seconds.utf8.dropLast())
            bytes.reserveCapacity(32)
        }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: prefix)
        var rest = time.nanoseconds
        if rest > 0 {
            bytes.append(UInt8(ascii: "."))
            var scale: Int64 = 100_000_000
            while rest > 0 {
                bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest / scale))
                rest %= scale
                scale /= 10
            }
        }
        bytes.append(UInt8(ascii: "Z"))
    }
}
