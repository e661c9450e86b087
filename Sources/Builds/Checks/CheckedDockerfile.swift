// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A Dockerfile as checks see it: stages on what they stand on, and the texts of instructions with variables expanded.
struct CheckedDockerfile {
    let file: Dockerfile
    let input: CheckInput
    /// In front of the first FROM.
    private(set) var globals: [Instruction] = []
    private(set) var stages: [CheckedStage] = []
    /// What FROM sees.
    private(set) var arguments: BuildArguments

    init(_ file: Dockerfile, _ input: CheckInput) {
        self.file = file
        self.input = input
        arguments = Self.arguments(input.arguments, input)
        for instruction in file.instructions {
            if case .from(let from) = instruction.body {
                stages.append(stage(instruction, from))
            } else if stages.isEmpty {
                globals.append(instruction)
                // What cannot be expanded is for the build to say.
                try? arguments.declare(instruction, escape: file.escape)
            } else {
                stages[stages.count - 1].add(instruction, arguments)
            }
        }
    }

    /// The arguments that FROM sees where no other than `given` are given on the command line.
    static func arguments(_ given: [(name: String, value: String)], _ input: CheckInput) -> BuildArguments {
        var options = PlanOptions(now: 0)
        options.arguments = given
        options.machine = input.machine
        return BuildArguments(options, targetStage: input.target?.lowercased() ?? "default")
    }

    /// The stages that are built.
    var builtStages: [CheckedStage] { stages.filter { input.stages?.contains($0.index) ?? true } }

    /// The instructions of stages that are built.
    var builtInstructions: [CheckedInstruction] { builtStages.flatMap(\.instructions) }

    private func stage(_ instruction: Instruction, _ from: Instruction.From) -> CheckedStage {
        let expander = arguments.expander(escape: file.escape)
        let image = (try? expander.expand(from.image))?.text ?? from.image
        let earlier = stages.last { $0.name != nil && $0.name == image.lowercased() }
        let state: CheckedState
        if let earlier {
            state = earlier.state
        } else if image == "scratch" {
            state = CheckedState(of: ImageConfiguration(platform: input.machine, diffIDs: []))
        } else {
            state = CheckedState(of: input.image(image))
        }
        return CheckedStage(
            index: stages.count, instruction: instruction, from: from, image: earlier == nil ? image : nil,
            escape: file.escape, state: state)
    }
}

extension BuildArguments {
    func expander(escape: Character) -> VariableExpander {
        let globals = globals
        return VariableExpander(escape: escape) { globals[$0] }
    }
}

/// A stage and what it stands on.
struct CheckedStage {
    let index: Int
    /// FROM.
    let instruction: Instruction
    let from: Instruction.From
    /// The image that it stands on, expanded; nil for a stage.
    let image: String?
    let escape: Character
    /// In lower case.
    var name: String? { from.stageName?.lowercased() }
    private(set) var instructions: [CheckedInstruction] = []
    /// As it is after its last instruction so far.
    private(set) var state: CheckedState

    init(
        index: Int, instruction: Instruction, from: Instruction.From, image: String?, escape: Character,
        state: CheckedState
    ) {
        self.index = index
        self.instruction = instruction
        self.from = from
        self.image = image
        self.escape = escape
        self.state = state
        // What a child image has to carry out first is not of this file: only what it sets counts.
        self.state.triggers = []
        for trigger in state.triggers { add(trigger, nil) }
        instructions = []
    }

    mutating func add(_ instruction: Instruction, _ arguments: BuildArguments?) {
        var checked = CheckedInstruction(instruction: instruction, state: state)
        checked.expand(&state, arguments, escape: escape)
        instructions.append(checked)
    }

    /// Where the nth word of FROM stands.
    func word(_ index: Int) -> SourceRange {
        instruction.wordRanges.indices.contains(index) ? instruction.wordRanges[index] : instruction.keywordRange
    }

    /// Where `--platform` stands.
    var platformFlag: SourceRange {
        instruction.flags.first { $0.name == "platform" }?.range ?? instruction.keywordRange
    }
}

extension Instruction {
    /// The first word.
    var keywordRange: SourceRange {
        let end = SourcePosition(line: range.start.line, column: range.start.column + keyword.utf8.count)
        return SourceRange(range.start, end)
    }

    /// Where the nth word of the arguments stands; all words of a JSON array stand in one place.
    func word(_ index: Int) -> SourceRange {
        wordRanges.indices.contains(index) ? wordRanges[index] : wordRanges.last ?? keywordRange
    }
}
