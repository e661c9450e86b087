// SPDX-License-Identifier: Apache-2.0

extension FileTime {
    /// The moment as text, in UTC and to the nanosecond: `2026-11-21T10:02:03.123456789Z` (RFC 3339).
    public var rfc3339: String { date + "." + Self.padded(nanoseconds, 9) + "Z" }

    /// The same to the second: `2026-11-21T10:02:03Z`.
    public var rfc3339Seconds: String { date + "Z" }

    private var date: String {
        let day = seconds.quotient(by: 86400)
        let second = seconds - day * 86400
        // Days since 1970-01-01 to a date, with years that begin in March so that the leap day is the last.
        let shifted = day + 719_468
        let era = shifted.quotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return Self.padded(year, 4) + "-" + Self.padded(month, 2) + "-"
            + Self.padded(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1, 2)
            + "T" + Self.padded(second / 3600, 2) + ":" + Self.padded(second / 60 % 60, 2) + ":"
            + Self.padded(second % 60, 2)
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension Int64 {
    /// Division that rounds down, so that times before 1970 work.
    fileprivate func quotient(by divisor: Int64) -> Int64 {
        self >= 0 ? self / divisor : (self - divisor + 1) / divisor
    }
}
