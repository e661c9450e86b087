// SPDX-License-Identifier: Apache-2.0
internal import Words

/// What a command line was read as.
public enum Parsed<Options: Sendable>: Sendable {
    /// The options of the command.
    case options(Options)
    /// `--help` was asked for.
    case help
}

extension Command {
    /// Reads the words after the command's name.
    ///
    /// The grammar is docker's, that is pflag's: `--flag=value`, `--flag value`, `-f value`, `-fvalue`, `-f=value`,
    /// switches combined as `-it`, and `--` before words that are no flags.
    ///
    /// - Parameter path: the command as it was called, for messages: `minibox run`.
    public func parse(_ words: [String], path: String) throws(ArgumentsError) -> Parsed<Options> {
        var reader = WordReader(groups: groups, options: defaults, words: words[...], path: path)
        var given: [String] = []
        let stops = endsFlagsAtFirstPositional
        reading: while true {
            switch try reader.next() {
            case .help, .version: return .help
            case .end: break reading
            case .word(let word):
                given.append(word)
                if stops {
                    given.append(contentsOf: reader.words)
                    break reading
                }
            }
        }
        try place(given, into: &reader.options, path: path)
        return .options(reader.options)
    }

    private func place(_ given: [String], into options: inout Options, path: String) throws(ArgumentsError) {
        var rest = given[...]
        for positional in positionals {
            if positional.isRequired, rest.isEmpty {
                let usage = ([path] + positionals.map(\.synopsis)).joined(separator: " ")
                throw ArgumentsError(
                    .missingArgument, positional.name, advice: "write: \(usage)", command: path)
            }
            let taken = positional.count == .one || positional.count == .optional ? rest.prefix(1) : rest
            rest = rest.dropFirst(taken.count)
            for word in taken {
                do { try positional.apply(&options, word) } catch {
                    throw ArgumentsError(.invalidValue, positional.name, cause: error.cause, command: path)
                }
            }
        }
        if let extra = rest.first {
            throw ArgumentsError(.unexpectedArgument, extra, command: path)
        }
    }
}

/// Reads words from left to right: flags into the options, the others to the caller.
struct WordReader<Options: Sendable> {
    enum Item {
        case word(String), help, version, end
    }

    let groups: [FlagGroup<Options>]
    var options: Options
    var words: ArraySlice<String>
    let path: String
    /// Whether `--version` and `-v` are flags here.
    let knowsVersion: Bool
    private var flagsEnded = false

    init(
        groups: [FlagGroup<Options>], options: Options, words: ArraySlice<String>, path: String,
        knowsVersion: Bool = false
    ) {
        self.groups = groups
        self.options = options
        self.words = words
        self.path = path
        self.knowsVersion = knowsVersion
    }

    /// Reads on to the next word that is no flag.
    mutating func next() throws(ArgumentsError) -> Item {
        while let word = words.popFirst() {
            let bytes = word.utf8
            if flagsEnded || bytes.count < 2 || bytes.first != UInt8(ascii: "-") { return .word(word) }
            if word == "--" {
                flagsEnded = true
            } else if word.hasPrefix("--") {
                if let item = try readLong(word) { return item }
            } else {
                if let item = try readShort(word) { return item }
            }
        }
        return .end
    }

    /// Reads `--name`, `--name=value` or `--name value`. An item where it asks for help or the version.
    private mutating func readLong(_ word: String) throws(ArgumentsError) -> Item? {
        let body = word.utf8.dropFirst(2)
        let equals = body.firstIndex(of: UInt8(ascii: "="))
        let name = word[body.startIndex..<(equals ?? word.endIndex)]
        let value = equals.map { String(word[word.utf8.index(after: $0)...]) }
        guard let flag = flag(where: { $0.answers(to: name) }) else {
            if name == "help" { return .help }
            if name == "version", knowsVersion { return .version }
            let nearest = nearestWord(to: String(name), among: longNames).map { "did you mean --\($0)?" }
            throw ArgumentsError(.unknownFlag, "--\(name)", advice: nearest, command: path)
        }
        try apply(flag, value, written: "--\(flag.declaration.name)")
        return nil
    }

    /// Reads `-it`, `-e value`, `-evalue` or `-e=value`. An item where it asks for help or the version.
    private mutating func readShort(_ word: String) throws(ArgumentsError) -> Item? {
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let flag = flag(where: { $0.short == letter }) else {
                if letter == "h" { return .help }
                if letter == "v", knowsVersion { return .version }
                let long = word.dropFirst()
                let meant = longNames.contains { $0 == long } ? "did you mean --\(long)?" : nil
                let subject = word.count > 2 ? "-\(letter) in \(word)" : word
                throw ArgumentsError(.unknownFlag, subject, advice: meant, command: path)
            }
            let written = "-\(letter)"
            if letters.first == "=" {
                try apply(flag, String(letters.dropFirst()), written: written)
                return nil
            }
            switch flag.declaration.value {
            case .toggle, .optional: try apply(flag, nil, written: written)
            case .single, .list:
                try apply(flag, letters.isEmpty ? nil : String(letters), written: written)
                return nil
            }
        }
        return nil
    }

    private mutating func apply(_ flag: Flag<Options>, _ value: String?, written: String) throws(ArgumentsError) {
        var value = value
        switch flag.declaration.value {
        case .toggle, .optional: break
        case .single, .list:
            if value == nil { value = words.popFirst() }
            if value == nil {
                throw ArgumentsError(
                    .missingValue, written, advice: "write: \(written) \(flag.declaration.placeholder)", command: path)
            }
        }
        do { try flag.apply(&options, value) } catch {
            throw ArgumentsError(.invalidValue, written, cause: error.cause, command: path)
        }
    }

    private func flag(where matches: (FlagDeclaration) -> Bool) -> Flag<Options>? {
        for group in groups {
            for flag in group.flags where matches(flag.declaration) { return flag }
        }
        return nil
    }

    private var longNames: [String] {
        groups.flatMap { $0.flags.filter { !$0.declaration.isHidden }.map(\.declaration.name) }
            + (knowsVersion ? ["help", "version"] : ["help"])
    }
}
