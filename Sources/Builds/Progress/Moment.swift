// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux

extension FileTime {
    /// RFC 3339 in UTC, with nine digits behind the second: `2026-01-02T03:04:05.000000006Z`.
    var exactText: String {
        let digits = String(nanoseconds)
        return Timestamp.text(self).dropLast() + "." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
            + "Z"
    }

    /// That much later.
    func advanced(by clock: BuildClock) -> FileTime {
        let nanoseconds = nanoseconds + clock.microseconds % 1_000_000 * 1000
        return FileTime(
            seconds: seconds + clock.microseconds / 1_000_000 + nanoseconds / 1_000_000_000,
            nanoseconds: nanoseconds % 1_000_000_000)
    }
}
