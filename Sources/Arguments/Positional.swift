// SPDX-License-Identifier: Apache-2.0

/// A word of a command that is no flag: an image, a container, a command to run.
public struct Positional<Options: Sendable>: Sendable {
    /// How many words it takes.
    enum Count: Sendable {
        case one, optional, oneOrMore, anyNumber
        /// Whatever is left, flags included, untouched.
        case verbatim
    }

    /// How help calls it.
    let name: String
    let count: Count
    let apply: @Sendable (inout Options, String) throws(InvalidValue) -> Void

    /// A word that must be there.
    public static func required(
        _ name: String, set: @escaping @Sendable (inout Options, String) -> Void
    ) -> Positional { Positional(name: name, count: .one) { set(&$0, $1) } }

    /// A word that must be there, and is read; the error thrown is shown behind the argument's name.
    public static func required<Value, Failure: Error>(
        _ name: String, _ read: @escaping @Sendable (String) throws(Failure) -> Value,
        set: @escaping @Sendable (inout Options, Value) -> Void
    ) -> Positional {
        Positional(name: name, count: .one) { options, word throws(InvalidValue) in
            let value: Value
            do { value = try read(word) } catch { throw InvalidValue(cause: error) }
            set(&options, value)
        }
    }

    /// A word that may be there.
    public static func optional(
        _ name: String, set: @escaping @Sendable (inout Options, String) -> Void
    ) -> Positional { Positional(name: name, count: .optional) { set(&$0, $1) } }

    /// All words that are left, at least one.
    public static func oneOrMore(
        _ name: String, add: @escaping @Sendable (inout Options, String) -> Void
    ) -> Positional { Positional(name: name, count: .oneOrMore) { add(&$0, $1) } }

    /// All words that are left, perhaps none.
    public static func anyNumber(
        _ name: String, add: @escaping @Sendable (inout Options, String) -> Void
    ) -> Positional { Positional(name: name, count: .anyNumber) { add(&$0, $1) } }

    /// All words that are left, as they are, even those that begin with a dash.
    ///
    /// A command that has one reads no flag after its first positional word: they are the words of another program.
    public static func verbatim(
        _ name: String, add: @escaping @Sendable (inout Options, String) -> Void
    ) -> Positional { Positional(name: name, count: .verbatim) { add(&$0, $1) } }

    /// How the line of usage writes it.
    var synopsis: String {
        switch count {
        case .one, .verbatim: name
        case .optional: "[\(name)]"
        case .oneOrMore: "\(name) [\(name)...]"
        case .anyNumber: "[\(name)...]"
        }
    }

    var isRequired: Bool { count == .one || count == .oneOrMore }
}
