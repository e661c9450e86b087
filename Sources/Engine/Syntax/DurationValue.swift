// SPDX-License-Identifier: Apache-2.0

/// A length of time as Go writes it: `1m30s`, `1.5h`, `300ms`, `0`.
public struct DurationValue: Hashable, Sendable, CustomStringConvertible {
    /// Nanoseconds, negative only where a minus was written.
    public let nanoseconds: Int64

    /// That many nanoseconds.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Reads numbers with units, one after the other: the grammar of Go's `time.ParseDuration`.
    public init(parsing text: String) throws(SyntaxError) {
        let wrong = SyntaxError(text, "is not a duration", "write numbers with h, m, s or ms behind them, as in 1m30s")
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        if rest == "0" {
            nanoseconds = 0
            return
        }
        guard !rest.isEmpty else { throw wrong }
        var total: UInt64 = 0
        while !rest.isEmpty {
            let whole = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(whole.count)
            var fraction: Substring = ""
            if rest.first == "." {
                fraction = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
                rest = rest.dropFirst(1 + fraction.count)
            }
            guard !(whole.isEmpty && fraction.isEmpty) else { throw wrong }
            let unit = rest.prefix { !($0.isASCII && $0.isNumber) && $0 != "." }
            rest = rest.dropFirst(unit.count)
            guard let scale = Self.nanoseconds(of: unit),
                let amount = Self.amount(whole: whole, fraction: fraction, scale: scale)
            else { throw wrong }
            let (sum, overflows) = total.addingReportingOverflow(amount)
            guard !overflows, sum <= UInt64(Int64.max) else { throw wrong }
            total = sum
        }
        nanoseconds = isNegative ? -Int64(total) : Int64(total)
    }

    /// As Go writes it: `1h0m30.5s`, `300ms`, `0s`.
    public var description: String {
        let sign = nanoseconds < 0 ? "-" : ""
        let size = nanoseconds.magnitude
        if size == 0 { return "0s" }
        for (scale, unit) in [(1000, "ns"), (1_000_000, "µs"), (1_000_000_000, "ms")] as [(UInt64, String)]
        where size < scale { return sign + Self.decimal(size, of: scale / 1000) + unit }
        let (minutes, rest) = size.quotientAndRemainder(dividingBy: 60_000_000_000)
        let seconds = Self.decimal(rest, of: 1_000_000_000) + "s"
        if minutes == 0 { return sign + seconds }
        return sign + (minutes >= 60 ? "\(minutes / 60)h" : "") + "\(minutes % 60)m" + seconds
    }

    /// `size` in units of `scale`, a power of ten, without zeros at the end.
    private static func decimal(_ size: UInt64, of scale: UInt64) -> String {
        let (whole, rest) = size.quotientAndRemainder(dividingBy: scale)
        if rest == 0 { return String(whole) }
        var digits = String(scale + rest).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    private static func amount(whole: Substring, fraction: Substring, scale: UInt64) -> UInt64? {
        guard let units = whole.isEmpty ? 0 : UInt64(digits: whole) else { return nil }
        var (result, overflows) = units.multipliedReportingOverflow(by: scale)
        // Digits past the nanosecond are dropped, as Go does.
        var place = scale
        for digit in fraction.utf8 {
            let (share, _) = (UInt64(digit - UInt8(ascii: "0")) * place).quotientAndRemainder(dividingBy: 10)
            place /= 10
            let (sum, carries) = result.addingReportingOverflow(share)
            (result, overflows) = (sum, overflows || carries)
        }
        return overflows ? nil : result
    }

    private static func nanoseconds(of unit: Substring) -> UInt64? {
        switch unit {
        case "ns": 1
        case "us", "µs", "μs": 1000
        case "ms": 1_000_000
        case "s": 1_000_000_000
        case "m": 60_000_000_000
        case "h": 3_600_000_000_000
        default: nil
        }
    }
}
