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
}
