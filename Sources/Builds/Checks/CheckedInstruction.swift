// SPDX-License-Identifier: Apache-2.0

/// An instruction with its texts expanded.
struct CheckedInstruction {
    let instruction: Instruction
    /// What was so in front of it.
    let facts: CheckedState.Facts
    /// The texts that variables are expanded in, in order.
    private(set) var texts: [CheckedText] = []
    private let escape: Character

    init(_ instruction: Instruction, escape: Character, facts: CheckedState.Facts) {
        self.instruction = instruction
        self.escape = escape
        self.facts = facts
    }

    /// Expands the texts, and sets what the instruction sets. Without `arguments`, those of the command line and in
    /// front of FROM are not known.
    mutating func expand(_ state: inout CheckedState, _ arguments: BuildArguments?) {
        switch instruction.body {
        case .arg(let declarations): declare(declarations, &state, arguments)
        case .env(let pairs, _):
            expand(pairs, state)
            // All of them see what was there before the first.
            for index in pairs.indices { state.environment.set(texts[2 * index].text, to: texts[2 * index + 1].text) }
        case .label(let pairs, _): expand(pairs, state)
        case .copy(let copy), .add(let copy): expand(copy, state)
        case .run(let run):
            for mount in run.mounts {
                for option in mount.options where option.key != "from" {
                    add(option.value ?? "", at: mount.range, state)
                }
            }
        case .expose(let words), .volume(let words):
            for (index, word) in words.enumerated() { add(word, at: instruction.word(index), state) }
        case .user(let text), .stopSignal(let text): add(text, at: instruction.word(0), state)
        case .workdir(let text):
            add(text, at: instruction.word(0), state)
            state.facts.hasDirectory = true
        case .shell: state.facts.hasShell = true
        case .onbuild(_, let inner): state.triggers.append(inner)
        case .cmd, .entrypoint, .healthcheck, .maintainer, .from: break
        }
    }

    /// From left to right: each sees those before it.
    private mutating func declare(
        _ declarations: [Instruction.ArgumentDeclaration], _ state: inout CheckedState, _ arguments: BuildArguments?
    ) {
        for (index, declaration) in declarations.enumerated() {
            if let text = declaration.value { add(text, at: instruction.word(index), state) }
            let own = declaration.value == nil ? nil : texts.last?.text
            let value = arguments?.given[declaration.name] ?? own ?? arguments?.globals[declaration.name]
            state.declared.insert(declaration.name)
            if let value, !BuildArguments.notInEnvironment.contains(declaration.name) {
                state.environment.set(declaration.name, to: value)
            }
        }
    }

    /// For each pair two texts.
    private mutating func expand(_ pairs: [Instruction.KeyValue], _ state: CheckedState) {
        for (index, pair) in pairs.enumerated() {
            add(pair.key, at: instruction.word(index), state)
            add(pair.value, at: instruction.word(index), state)
        }
    }

    /// Sources first, then the destination and the flags. What `--from`, `--link` and `--exclude` say is as it is.
    private mutating func expand(_ copy: Instruction.Copy, _ state: CheckedState) {
        for (index, source) in copy.sources.enumerated() {
            switch source {
            case .path(let path): add(path, at: instruction.word(index), state)
            case .inline(let heredoc) where heredoc.isQuoted: break
            case .inline(let heredoc): add(heredoc.contents, at: heredoc.range, state, isBody: true)
            }
        }
        add(copy.destination, at: instruction.word(copy.sources.count), state)
        for (name, value) in [("chown", copy.owner), ("chmod", copy.mode), ("checksum", copy.checksum)] {
            guard let value else { continue }
            let range = instruction.flags.first { $0.name == name }?.range
            add(value, at: range ?? instruction.keywordRange, state)
        }
    }

    /// What cannot be expanded is for the build to say.
    private mutating func add(_ text: String, at range: SourceRange, _ state: CheckedState, isBody: Bool = false) {
        let expander = VariableExpander(escape: escape) { state.environment[$0] }
        let expansion = try? isBody ? expander.expand(body: text) : expander.expand(text)
        // Declared and without a value is meant to be empty.
        let undefined = expansion?.undefined.filter {
            !state.declared.contains($0) && !BuildArguments.notInEnvironment.contains($0)
        }
        texts.append(
            CheckedText(
                text: expansion?.text ?? text, words: expansion?.words ?? [text], undefined: undefined ?? [],
                range: range))
    }
}

/// A text of an instruction, expanded.
struct CheckedText {
    var text: String
    /// The same, split at blanks.
    var words: [String]
    /// The names that nothing is set for, and that no ARG declares.
    var undefined: [String]
    /// Where it is written.
    var range: SourceRange
}
