// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Words

extension InstructionReader {
    /// The arguments as JSON, or as the text for a shell; empty is an error, since nobody means it.
    mutating func commandForm() throws(DockerfileError) -> Instruction.CommandForm {
        guard !arguments.isEmpty else { throw missing("a command", hint: example) }
        return try commandForm(arguments)
    }

    private mutating func commandForm(_ text: ArraySlice<UInt8>) throws(DockerfileError) -> Instruction.CommandForm {
        wordRanges = [line.range(of: text)]
        return try jsonWords(text).map { .exec($0) } ?? .shell(text.text)
    }

    /// SHELL: JSON with a word at least.
    mutating func shell() throws(DockerfileError) -> [String] {
        guard !arguments.isEmpty else { throw missing("at least one argument", hint: example) }
        wordRanges = [line.range(of: arguments)]
        guard let words = try jsonWords(arguments) else {
            throw failure(.arguments, "SHELL takes a JSON array", at: arguments, hint: example)
        }
        guard !words.isEmpty else {
            throw failure(.arguments, "SHELL needs at least one argument", at: arguments, hint: example)
        }
        return words
    }

    mutating func run() throws(DockerfileError) -> Instruction.Run {
        let form = try commandForm()
        if case .exec(let words) = form, words.isEmpty {
            throw failure(.arguments, "RUN needs a command", at: arguments, hint: example)
        }
        return Instruction.Run(
            command: command(form), mounts: try mounts(),
            network: try choice("network", among: ["default", "none", "host"]),
            security: try choice("security", among: ["sandbox", "insecure"]))
    }

    /// The command with its here-documents: one alone is the command, others go back to where the shell looks for them.
    private func command(_ form: Instruction.CommandForm) -> Instruction.Run.Command {
        guard case .shell(let text) = form, let first = heredocs.first else { return .form(form) }
        if first.mark.word == arguments.indices {
            let contents = first.document.contents
            return contents.hasPrefix("#!")
                ? .script(name: first.document.name, contents: contents) : .form(.shell(contents))
        }
        return .form(.shell(withHeredocs(text)))
    }

    /// A flag with one of a few values; variables are not expanded in it.
    private func choice(_ flag: String, among known: [String]) throws(DockerfileError) -> String? {
        guard let value = value(of: flag) else { return nil }
        guard known.contains(value) else {
            let near = nearestWord(to: value, among: known).map { "did you mean \($0)?" }
            throw failure(
                .flag, "--\(flag) cannot be \(value.isEmpty ? "empty" : value)", at: word(of: flag),
                hint: near ?? "it is one of \(known.joined(separator: ", "))")
        }
        return value
    }

    mutating func healthcheck() throws(DockerfileError) -> Instruction.Healthcheck {
        guard !arguments.isEmpty else { throw missing("CMD or NONE", hint: example) }
        let kind = arguments.prefix { !$0.separatesWords }
        let rest = arguments[kind.endIndex...].trimmed
        switch kind.text.uppercased() {
        case "NONE":
            if !rest.isEmpty {
                throw failure(.arguments, "HEALTHCHECK NONE takes no arguments", at: rest, hint: "leave them out")
            }
            if let flag = head.flags.first {
                throw failure(.flag, "HEALTHCHECK NONE takes no flags", at: flag.word, hint: "leave them out")
            }
            wordRanges = [line.range(of: kind)]
            return .none
        case "CMD":
            let form = rest.isEmpty ? nil : try commandForm(rest)
            guard let form, form != .exec([]) else {
                throw failure(.arguments, "HEALTHCHECK CMD needs a command", at: arguments, hint: example)
            }
            return .test(
                form, interval: try duration("interval"), timeout: try duration("timeout"),
                startPeriod: try duration("start-period"), startInterval: try duration("start-interval"),
                retries: try retries())
        default:
            throw failure(.arguments, "HEALTHCHECK is CMD or NONE, not \(kind.text)", at: kind, hint: example)
        }
    }

    /// Nanoseconds: none, or a millisecond at least.
    private func duration(_ flag: String) throws(DockerfileError) -> Int64? {
        guard let text = value(of: flag), !text.isEmpty else { return nil }
        let value: DurationValue
        do throws(SyntaxError) {
            value = try DurationValue(parsing: text)
        } catch {
            throw failure(
                .flag, "\(text) is not a duration", at: word(of: flag),
                hint: "write numbers with h, m, s or ms behind them, as in 1m30s")
        }
        guard value.nanoseconds == 0 || value.nanoseconds >= 1_000_000 else {
            throw failure(
                .flag, "--\(flag) is less than 1ms", at: word(of: flag), hint: "write 1ms or more, or 0 for the default"
            )
        }
        return value.nanoseconds
    }

    private func retries() throws(DockerfileError) -> Int? {
        guard let text = value(of: "retries"), !text.isEmpty else { return nil }
        guard let number = Int32(text), number >= 0 else {
            throw failure(
                .flag, "\(text) is not a number of retries", at: word(of: "retries"),
                hint: "write a whole number, 0 for the default")
        }
        return Int(number)
    }
}
