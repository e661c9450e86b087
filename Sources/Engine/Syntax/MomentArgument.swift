// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A moment as docker takes it for `--since` and `--until`: how long ago, as in `10m`; seconds since 1970, as in
/// `1700000000.5`; or a date of RFC 3339 with or without its later parts, in UTC where no zone is written.
public struct MomentArgument: Hashable, Sendable {
    /// The moment.
    public let time: FileTime

    /// That moment.
    public init(_ time: FileTime) { self.time = time }

    /// Reads a moment; one that is so long ago is so long before `now`.
    public init(parsing text: String, now: FileTime) throws(SyntaxError) {
        if text != "0", let ago = try? DurationValue(parsing: text) {
            let (seconds, rest) = ago.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
            let nanoseconds = now.nanoseconds - rest
            time = Self.normal(now.seconds - seconds, nanoseconds)
        } else if let time = Self.unixTime(text) ?? Self.date(text) {
            self.time = time
        } else {
            throw SyntaxError(
                text, "is no moment",
                "write how long ago, as in 10m, a date, as in 2026-11-21T10:02:03Z, or seconds since 1970")
        }
    }

    /// Reads a moment; one that is so long ago is so long before now.
    public init(parsing text: String) throws(SyntaxError) { try self.init(parsing: text, now: Clock.wall) }

    private static func normal(_ seconds: Int64, _ nanoseconds: Int64) -> FileTime {
        let billion: Int64 = 1_000_000_000
        if nanoseconds < 0 { return FileTime(seconds: seconds - 1, nanoseconds: nanoseconds + billion) }
        if nanoseconds >= billion { return FileTime(seconds: seconds + 1, nanoseconds: nanoseconds - billion) }
        return FileTime(seconds: seconds, nanoseconds: nanoseconds)
    }

    private static func unixTime(_ text: String) -> FileTime? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        // Thirteen digits last for 300,000 years, and leave room for all that is reckoned with them.
        guard let seconds = UInt64(digits: parts[0]), parts[0].count <= 13 else { return nil }
        guard parts.count == 2 else { return FileTime(seconds: Int64(seconds), nanoseconds: 0) }
        return fraction(parts[1]).map { FileTime(seconds: Int64(seconds), nanoseconds: $0) }
    }

    /// The nanoseconds of digits behind a point; what is smaller is dropped.
    private static func fraction(_ digits: some StringProtocol) -> Int64? {
        guard UInt64(digits: digits.prefix(9)) != nil, digits.utf8.allSatisfy(\.isDigit) else { return nil }
        let nine = digits.prefix(9)
        return Int64(nine + String(repeating: "0", count: 9 - nine.count))
    }

    /// `2026-11-21`, and then as much as is wanted of `T10:02:03.5+01:00`.
    public static func date(_ text: String) -> FileTime? {
        var rest = text.utf8[...]
        func number(_ width: Int, _ range: ClosedRange<Int64>) -> Int64? {
            let digits = rest.prefix(width)
            guard digits.count == width, let value = UInt64(digits: String(Substring(digits))),
                range.contains(Int64(value))
            else { return nil }
            rest = rest.dropFirst(width)
            return Int64(value)
        }
        func take(_ byte: Unicode.Scalar) -> Bool {
            guard rest.first == UInt8(ascii: byte) else { return false }
            rest = rest.dropFirst()
            return true
        }
        guard let year = number(4, 0...9999), take("-"), let month = number(2, 1...12), take("-"),
            let day = number(2, 1...31)
        else { return nil }
        var seconds = days(year, month, day) * 86400
        var nanoseconds: Int64 = 0
        if take("T") || take("t") || take(" ") {
            guard let hour = number(2, 0...23), take(":"), let minute = number(2, 0...59) else { return nil }
            seconds += hour * 3600 + minute * 60
            if take(":") {
                guard let second = number(2, 0...60) else { return nil }
                seconds += second
                if take(".") {
                    let digits = rest.prefix(while: \.isDigit)
                    guard let value = fraction(String(Substring(digits))) else { return nil }
                    nanoseconds = value
                    rest = rest.dropFirst(digits.count)
                }
            }
        }
        if !take("Z"), !take("z"), !rest.isEmpty {
            let isBehind = take("-")
            guard isBehind || take("+"), let hour = number(2, 0...23), take(":"), let minute = number(2, 0...59) else {
                return nil
            }
            seconds += (hour * 3600 + minute * 60) * (isBehind ? 1 : -1)
        }
        return rest.isEmpty ? FileTime(seconds: seconds, nanoseconds: nanoseconds) : nil
    }

    /// Days from 1970-01-01 to a date, with years that begin in March so that the leap day is the last.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
