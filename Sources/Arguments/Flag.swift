// SPDX-License-Identifier: Apache-2.0

/// One flag of a command: how it is written, and where its value goes.
///
/// A flag writes into the command's own options, a plain value with a property a flag, through the closure that it
/// ends with. So whoever acts on the options reads properties: a misspelled one does not compile.
///
///     .toggle("rm", "Remove the container when it exits") { $0.remove = $1 }
///     .value("memory", short: "m", "BYTES", "Memory limit", ByteCount.init(parsing:)) { $0.memory = $1 }
///     .list("env", short: "e", "KEY=VALUE", "Set a variable", Variable.init(parsing:)) { $0.environment.append($1) }
public struct Flag<Options: Sendable>: Sendable {
    /// How it is written and explained.
    public let declaration: FlagDeclaration
    /// Reads one occurrence; the word is nil where a flag was written without a value, as it may be.
    let apply: @Sendable (inout Options, String?) throws(InvalidValue) -> Void

    private init(
        _ declaration: FlagDeclaration,
        _ apply: @escaping @Sendable (inout Options, String?) throws(InvalidValue) -> Void
    ) {
        self.declaration = declaration
        self.apply = apply
    }

    /// A switch, false until given: `--rm`, `--rm=true`, `--rm=false`.
    public static func toggle(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ summary: String, hidden: Bool = false,
        set: @escaping @Sendable (inout Options, Bool) -> Void
    ) -> Flag {
        Flag(FlagDeclaration(name, short, aliases, .toggle, summary, hidden)) { options, word throws(InvalidValue) in
            set(&options, try word.map(readSwitch) ?? true)
        }
    }

    /// A flag with one value: given twice, the last counts.
    ///
    /// - Parameter read: makes the value; the error it throws is shown behind the flag's name.
    public static func value<Value, Failure: Error>(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ placeholder: String, _ summary: String,
        hidden: Bool = false, _ read: @escaping @Sendable (String) throws(Failure) -> Value,
        set: @escaping @Sendable (inout Options, Value) -> Void
    ) -> Flag {
        Flag(
            FlagDeclaration(name, short, aliases, .single(placeholder), summary, hidden), reading(read, set))
    }

    /// A flag with one value, taken as it is written.
    public static func text(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ placeholder: String, _ summary: String,
        hidden: Bool = false, set: @escaping @Sendable (inout Options, String) -> Void
    ) -> Flag {
        Flag(FlagDeclaration(name, short, aliases, .single(placeholder), summary, hidden)) { set(&$0, $1 ?? "") }
    }

    /// A flag that may be given several times, with a value each time; `add` is called in the order given.
    ///
    /// - Parameter read: makes the value; the error it throws is shown behind the flag's name.
    public static func list<Value, Failure: Error>(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ placeholder: String, _ summary: String,
        hidden: Bool = false, _ read: @escaping @Sendable (String) throws(Failure) -> Value,
        add: @escaping @Sendable (inout Options, Value) -> Void
    ) -> Flag {
        Flag(FlagDeclaration(name, short, aliases, .list(placeholder), summary, hidden), reading(read, add))
    }

    /// A flag that may be given several times, with a value each time that is taken as it is written.
    public static func texts(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ placeholder: String, _ summary: String,
        hidden: Bool = false, add: @escaping @Sendable (inout Options, String) -> Void
    ) -> Flag {
        Flag(FlagDeclaration(name, short, aliases, .list(placeholder), summary, hidden)) { add(&$0, $1 ?? "") }
    }

    /// A flag whose value may be left out: `--explain`, `--explain=json`. The next word is never its value.
    ///
    /// - Parameter read: makes the value of the word after `=`, or of nil where there is none.
    public static func optional<Value, Failure: Error>(
        _ name: String, short: Character? = nil, aliases: [String] = [], _ placeholder: String, _ summary: String,
        hidden: Bool = false, _ read: @escaping @Sendable (String?) throws(Failure) -> Value,
        set: @escaping @Sendable (inout Options, Value) -> Void
    ) -> Flag {
        Flag(FlagDeclaration(name, short, aliases, .optional(placeholder), summary, hidden)) {
            options, word throws(InvalidValue) in
            let value: Value
            do { value = try read(word) } catch { throw InvalidValue(cause: error) }
            set(&options, value)
        }
    }

    /// The same flag, of whose value a log shows no more than that.
    public func keeping(_ secret: FlagDeclaration.Secret) -> Flag {
        var declaration = declaration
        declaration.secret = secret
        return Flag(declaration, apply)
    }

    private static func reading<Value, Failure: Error>(
        _ read: @escaping @Sendable (String) throws(Failure) -> Value,
        _ set: @escaping @Sendable (inout Options, Value) -> Void
    ) -> @Sendable (inout Options, String?) throws(InvalidValue) -> Void {
        { options, word throws(InvalidValue) in
            let value: Value
            do { value = try read(word ?? "") } catch { throw InvalidValue(cause: error) }
            set(&options, value)
        }
    }
}

/// A value that its flag or argument could not read: why.
struct InvalidValue: Error {
    let cause: any Error
}

/// A word that is neither true nor false.
struct NotASwitch: Error, CustomStringConvertible {
    let word: String
    var description: String { "'\(word)' is neither true nor false: write true or false" }
}

/// The value of a switch, in the spellings of Go's `strconv.ParseBool`, which scripts for docker use.
func readSwitch(_ word: String) throws(InvalidValue) -> Bool {
    switch word {
    case "1", "t", "T", "true", "TRUE", "True": true
    case "0", "f", "F", "false", "FALSE", "False": false
    default: throw InvalidValue(cause: NotASwitch(word: word))
    }
}
