// SPDX-License-Identifier: Apache-2.0

/// A flag of the command line, as one row of a table: parsing and help both come from it.
struct Flag<Options>: Sendable {
    enum Action: Sendable {
        /// Given or not; `=true` and `=false` are taken too.
        case toggle(@Sendable (inout Options, Bool) -> Void)
        /// Given or not, and with a value only behind `=`, as help shows it: without, it is the empty text.
        case choice(String, @Sendable (inout Options, String) throws(UsageError) -> Void)
        /// With a value, which help calls by this word.
        case value(String, @Sendable (inout Options, String) throws(UsageError) -> Void)
    }

    /// Without dashes.
    let name: String
    let letter: Character?
    let help: String
    let action: Action

    static func toggle(
        _ name: String, _ letter: Character? = nil, _ help: String,
        _ set: @escaping @Sendable (inout Options, Bool) -> Void
    ) -> Flag { Flag(name: name, letter: letter, help: help, action: .toggle(set)) }

    static func choice(
        _ name: String, _ placeholder: String, _ help: String,
        _ set: @escaping @Sendable (inout Options, String) throws(UsageError) -> Void
    ) -> Flag { Flag(name: name, letter: nil, help: help, action: .choice(placeholder, set)) }

    static func value(
        _ name: String, _ letter: Character? = nil, _ placeholder: String, _ help: String,
        _ set: @escaping @Sendable (inout Options, String) throws(UsageError) -> Void
    ) -> Flag { Flag(name: name, letter: letter, help: help, action: .value(placeholder, set)) }

    var isToggle: Bool { if case .toggle = action { true } else { false } }
}

/// Values of flags, read as Go's `flag` and `strconv` do, which the callers of this program are written for.
enum FlagValue {
    /// `1`, `t`, `true` and so on: strconv.ParseBool.
    static func bool(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }

    /// A whole number; one without sign where the type has none.
    static func number<Number: FixedWidthInteger>(
        _ text: String, of flag: String, as _: Number.Type = Number.self
    ) throws(UsageError) -> Number {
        guard let value = Number(text), text.utf8.first != UInt8(ascii: "+") else {
            throw UsageError("the value of --\(flag) is not a number that it can be: '\(text)'")
        }
        return value
    }

    /// A size as `512m`, in powers of 1024, as docker's go-units reads it; -1 stands for no limit. nil where it is none.
    static func bytes(_ text: String) -> Int64? {
        if text == "-1" { return -1 }
        var digits = Substring(text.lowercased())
        if digits.hasSuffix("b") { digits = digits.dropLast() }
        if digits.hasSuffix("i") { digits = digits.dropLast() }
        var shift: Int64 = 0
        if let place = "kmgtp".firstIndex(of: digits.last ?? " ") {
            shift = 10 * Int64("kmgtp".distance(from: "kmgtp".startIndex, to: place) + 1)
            digits = digits.dropLast()
        }
        guard let count = Int64(digits), count >= 0, digits.first != "+" else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : product
    }

    /// A duration as Go writes it, `1m30s` or `100ms`, in milliseconds; nil where it is none, or nothing at all.
    static func milliseconds(_ text: String) -> UInt32? {
        var rest = Substring(text)
        var total = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(number.count)
            let unit = rest.prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            rest = rest.dropFirst(unit.count)
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            total += value * factor
        }
        guard total >= 1, total <= Double(Int32.max) else { return nil }
        return UInt32(total)
    }

    private static let units = [
        "ns": 1e-6, "us": 1e-3, "\u{B5}s": 1e-3, "\u{3BC}s": 1e-3, "ms": 1, "s": 1e3, "m": 6e4, "h": 3.6e6,
    ]
}
