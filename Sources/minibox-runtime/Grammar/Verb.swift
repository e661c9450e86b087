// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// A command of the command line, with its table of flags.
struct Verb<Options: Sendable>: Sendable {
    let name: String
    let group: VerbGroup
    /// What stands behind the flags: `ID [SIGNAL]`.
    let words: String
    /// How many words that may be.
    let count: ClosedRange<Int>
    let summary: String
    /// Whether the first word ends the flags.
    var stopsAtFirstWord = false
    /// What is meant where no flag says otherwise.
    let options: Options
    let flags: [Flag<Options>]
    /// Does it. The answer is the exit code.
    let perform: @Sendable (Options, [String], inout Session) throws(RuntimeError) -> Int32
}

/// Under which heading help lists a command.
enum VerbGroup: String, CaseIterable, Sendable {
    case lifeCycle = "Life of a container"
    case inside = "In a container"
    case show = "Show"
    case host = "Bundles and this runtime"
    /// Known, so that it can be said why it is not there.
    case missing
}

/// A command without the type of its options.
struct AnyVerb: Sendable {
    let name: String
    let group: VerbGroup
    let words: String
    let summary: String
    /// For help alone.
    let flags: @Sendable () -> [FlagHelp]
    /// Reads the words behind the command's name, and gives what is to be done; nil asks for help.
    let read: @Sendable (ArraySlice<String>) throws(UsageError) -> Action?

    typealias Action = @Sendable (inout Session) throws(RuntimeError) -> Int32

    /// A command that reads its words itself.
    init(
        name: String, group: VerbGroup,
        read: @escaping @Sendable (ArraySlice<String>) throws(UsageError) -> Action?
    ) {
        self.name = name
        self.group = group
        words = ""
        summary = ""
        flags = { [] }
        self.read = read
    }

    init<Options>(_ verb: Verb<Options>) {
        name = verb.name
        group = verb.group
        words = verb.words
        summary = verb.summary
        flags = { verb.flags.map(FlagHelp.init) }
        read = { (arguments: ArraySlice<String>) throws(UsageError) -> Action? in
            var options = verb.options
            let reader = ArgumentReader(flags: verb.flags, stopsAtFirstWord: verb.stopsAtFirstWord, offersHelp: true)
            guard let words = try reader.read(arguments, into: &options) else { return nil }
            guard verb.count.contains(words.count) else { throw verb.wrongCount(words.count) }
            let (given, others) = (options, Array(words))
            return { (session: inout Session) throws(RuntimeError) -> Int32 in
                try verb.perform(given, others, &session)
            }
        }
    }
}

extension Verb {
    fileprivate func wrongCount(_ given: Int) -> UsageError {
        let usage = words.isEmpty ? "no arguments" : words
        return UsageError("'\(name)' takes \(usage), and \(given == 0 ? "nothing was" : "\(given) were") given")
    }
}
