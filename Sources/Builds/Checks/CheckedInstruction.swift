// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a stage has set in front of an instruction.
struct CheckedState {
    var environment: Environment
    /// Whether nothing else can be set: the base image is known.
    var isComplete: Bool
    /// ARGs, with a value or without.
    var declared: Set<String> = []
    /// Whether SHELL was there.
    var hasShell: Bool
    /// Whether this file says where it works.
    var hasDirectory = false
    /// Instructions that ONBUILD puts off.
    var triggers: [Instruction] = []

    /// An image, or one that is not known here.
    init(of image: ImageConfiguration?) {
        environment = Environment(image?.execution.environment ?? [])
        if environment["PATH"] == nil { environment.set(StageState.path) }
        isComplete = image != nil
        hasShell = !(image?.execution.shell ?? []).isEmpty
        triggers = (image?.execution.onBuild ?? []).compactMap { try? DockerfileParser.parseInstruction($0) }
    }
}

/// An instruction with its texts expanded.
struct CheckedInstruction {
    let instruction: Instruction
    /// What was set in front of it.
    let state: CheckedState
    /// The texts that variables are expanded in, in order.
    private(set) var texts: [CheckedText] = []

    init(instruction: Instruction, state: CheckedState) {
        self.instruction = instruction
        self.state = state
    }

    /// Expands the texts, and sets what the instruction sets. Without `arguments`, those of the command line and in
    /// front of FROM are not known.
    mutating func expand(_ state: inout CheckedState, _ arguments: BuildArguments?, escape: Character) {
        switch instruction.body {
        case .arg(let declarations):
            for (index, declaration) in declarations.enumerated() {
                // From left to right: each sees those before it.
                let text = declaration.value.map { add($0, at: instruction.word(index), in: state, escape) }
                let value = arguments?.given[declaration.name] ?? text?.text ?? arguments?.globals[declaration.name]
                state.declared.insert(declaration.name)
                if let value, !BuildArguments.notInEnvironment.contains(declaration.name) {
                    state.environment.set(declaration.name, to: value)
                }
            }
        case .env(let pairs, _), .label(let pairs, _):
            for (index, pair) in pairs.enumerated() {
                let key = add(pair.key, at: instruction.word(index), in: self.state, escape)
                let value = add(pair.value, at: instruction.word(index), in: self.state, escape)
                if case .env = instruction.body { state.environment.set(key.text, to: value.text) }
            }
        case .copy(let copy), .add(let copy): expand(copy, escape)
        case .run(let run):
            for mount in run.mounts {
                for option in mount.options where option.key != "from" {
                    add(option.value ?? "", at: mount.range, in: state, escape)
                }
            }
        case .expose(let words), .volume(let words):
            for (index, word) in words.enumerated() { add(word, at: instruction.word(index), in: state, escape) }
        case .user(let text), .stopSignal(let text): add(text, at: instruction.word(0), in: state, escape)
        case .workdir(let text):
            add(text, at: instruction.word(0), in: state, escape)
            state.hasDirectory = true
        case .shell: state.hasShell = true
        case .onbuild(_, let inner): state.triggers.append(inner)
        case .cmd, .entrypoint, .healthcheck, .maintainer, .from: break
        }
    }

    /// Sources first, then the destination and the flags. What `--from`, `--link` and `--exclude` say is as it is.
    private mutating func expand(_ copy: Instruction.Copy, _ escape: Character) {
        for (index, source) in copy.sources.enumerated() {
            switch source {
            case .path(let path): add(path, at: instruction.word(index), in: state, escape)
            case .inline(let heredoc) where heredoc.isQuoted: break
            case .inline(let heredoc):
                let environment = state.environment
                let expander = VariableExpander(escape: escape) { environment[$0] }
                append(
                    try? expander.expand(body: heredoc.contents), heredoc.contents, at: heredoc.range, in: state)
            }
        }
        add(copy.destination, at: instruction.word(copy.sources.count), in: state, escape)
        for (name, value) in [("chown", copy.owner), ("chmod", copy.mode), ("checksum", copy.checksum)] {
            guard let value else { continue }
            let range = instruction.flags.first { $0.name == name }?.range
            add(value, at: range ?? instruction.keywordRange, in: state, escape)
        }
    }

    @discardableResult
    private mutating func add(
        _ text: String, at range: SourceRange, in state: CheckedState, _ escape: Character
    ) -> CheckedText {
        let environment = state.environment
        let expansion = try? VariableExpander(escape: escape) { environment[$0] }.expand(text)
        return append(expansion, text, at: range, in: state)
    }

    /// What cannot be expanded is for the build to say.
    @discardableResult
    private mutating func append(
        _ expansion: VariableExpander.Expansion?, _ text: String, at range: SourceRange, in state: CheckedState
    ) -> CheckedText {
        // Declared and without a value is meant to be empty.
        let undefined = expansion?.undefined.filter {
            !state.declared.contains($0) && !BuildArguments.notInEnvironment.contains($0)
        }
        let result = CheckedText(
            text: expansion?.text ?? text, words: expansion?.words ?? [text], undefined: undefined ?? [], range: range)
        texts.append(result)
        return result
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
