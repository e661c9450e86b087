// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Times as documents have them.
public enum Timestamp {
    /// RFC 3339 in UTC, to the second: `2026-01-02T03:04:05Z`.
    public static func text(_ time: FileTime) -> String {
        let inDay = Int((time.seconds % 86400 + 86400) % 86400)
        let days = (Int(time.seconds) - inDay) / 86400
        // Days since 0000-03-01, in eras of 400 years, so that the leap day is the last of a year.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return padded(year, 4) + "-" + padded(month) + "-" + padded(day) + "T" + padded(inDay / 3600) + ":"
            + padded(inDay / 60 % 60) + ":" + padded(inDay % 60) + "Z"
    }

    private static func padded(_ number: Int, _ width: Int = 2) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
    }
}
