// SPDX-License-Identifier: Apache-2.0

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
        state.facts.nameCount = state.environment.names.count
        var checked = CheckedInstruction(instruction, escape: escape, facts: state.facts)
        checked.expand(&state, arguments)
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
