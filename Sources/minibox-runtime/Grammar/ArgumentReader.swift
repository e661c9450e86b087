// SPDX-License-Identifier: Apache-2.0
internal import Words

/// Reads the words of a command line against a table of flags.
///
/// A flag is written `--name value`, `--name=value`, and with one dash in the place of two, as Go's `flag` package lets
/// callers do; a flag without a value also `--name=true`. Several letters without values may share a dash.
struct ArgumentReader<Options> {
    let flags: [Flag<Options>]
    /// Whether the first word that is no flag ends them, so that what follows may begin with a dash.
    let stopsAtFirstWord: Bool
    /// Whether `--help` and `-h`, where the table has none, ask for the help of a command.
    var offersHelp = false

    private static var helpName: String { "help" }

    /// Applies the flags to `options`; the answer is the other words, or nil where help was asked for.
    func read(_ words: ArraySlice<String>, into options: inout Options) throws(UsageError) -> ArraySlice<String>? {
        var asksForHelp = false
        let others = try read(words, into: &options, &asksForHelp)
        return asksForHelp ? nil : others
    }

    private func read(
        _ words: ArraySlice<String>, into options: inout Options, _ asksForHelp: inout Bool
    ) throws(UsageError) -> ArraySlice<String> {
        var rest = words
        var others: [String] = []
        while let word = rest.first {
            if word == "--" {
                others += rest.dropFirst()
                break
            }
            guard word.utf8.first == UInt8(ascii: "-"), word.utf8.count > 1 else {
                if stopsAtFirstWord && others.isEmpty { return rest }
                others.append(word)
                rest = rest.dropFirst()
                continue
            }
            rest = rest.dropFirst()
            try read(flag: word, rest: &rest, into: &options, &asksForHelp)
        }
        return others[...]
    }

    private func read(
        flag word: String, rest: inout ArraySlice<String>, into options: inout Options, _ asksForHelp: inout Bool
    ) throws(UsageError) {
        let hasTwo = word.utf8.dropFirst().first == UInt8(ascii: "-")
        let parts = word.dropFirst(hasTwo ? 2 : 1).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        let value = parts.count > 1 ? String(parts[1]) : nil
        guard !name.isEmpty, name.utf8.first != UInt8(ascii: "-") else { throw UsageError("bad flag syntax: \(word)") }
        if let flag = find(name, hasTwo: hasTwo) {
            return try apply(flag, value: value, rest: &rest, to: &options)
        }
        if offersHelp, name == Self.helpName || name == "h" {
            asksForHelp = try Self.truth(of: value, for: Self.helpName)
            return
        }
        // Letters together, as `-td`.
        if !hasTwo, value == nil, let group = letters(name) {
            for flag in group {
                guard let flag else {
                    asksForHelp = true
                    continue
                }
                if case .toggle(let set) = flag.action { set(&options, true) }
            }
            return
        }
        throw unknown(name)
    }

    private func find(_ name: String, hasTwo: Bool) -> Flag<Options>? {
        if name.utf8.count == 1, let flag = flags.first(where: { $0.letter == name.first }) { return flag }
        return flags.first { $0.name == name }
    }

    /// The flags of letters without values, nil for the one that asks for help; nil where one of them is none.
    private func letters(_ name: String) -> [Flag<Options>?]? {
        var group: [Flag<Options>?] = []
        for letter in name {
            if offersHelp, letter == "h", !flags.contains(where: { $0.letter == letter }) {
                group.append(nil)
                continue
            }
            guard let flag = flags.first(where: { $0.letter == letter }), flag.isToggle else { return nil }
            group.append(flag)
        }
        return group
    }

    private func apply(
        _ flag: Flag<Options>, value: String?, rest: inout ArraySlice<String>, to options: inout Options
    ) throws(UsageError) {
        switch flag.action {
        case .toggle(let set):
            set(&options, try Self.truth(of: value, for: flag.name))
        case .choice(_, let set): try set(&options, value ?? "")
        case .value(let placeholder, let set):
            if let value { return try set(&options, value) }
            guard let next = rest.first else {
                throw UsageError("--\(flag.name) needs a value: --\(flag.name) \(placeholder)")
            }
            rest = rest.dropFirst()
            try set(&options, next)
        }
    }

    /// What a flag without a value says: true, unless a word after `=` says otherwise.
    private static func truth(of value: String?, for name: String) throws(UsageError) -> Bool {
        guard let value else { return true }
        guard let truth = FlagValue.bool(value) else {
            throw UsageError("--\(name) is true or false, not '\(value)'")
        }
        return truth
    }

    private func unknown(_ name: String) -> UsageError {
        let near = nearestWord(to: name, among: flags.map(\.name) + (offersHelp ? [Self.helpName] : []))
        return UsageError(
            "there is no flag \(name.utf8.count == 1 ? "-" : "--")\(name)",
            hint: near.map { "did you mean --\($0)?" })
    }
}
