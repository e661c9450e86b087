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
    /// The places of the stages of each name, in lower case.
    private var places: [String: [Int]] = [:]

    init(_ file: Dockerfile, _ input: CheckInput) {
        self.file = file
        self.input = input
        arguments = Self.arguments(input.arguments, input)
        for instruction in file.instructions {
            if case .from(let from) = instruction.body {
                let stage = stage(instruction, from)
                stages.append(stage)
                if let name = stage.name { places[name, default: []].append(stage.index) }
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

    /// Whether a stage in front of that one has the name.
    func hasStage(_ name: String, before stage: CheckedStage) -> Bool {
        (places[name.lowercased()]?.first).map { $0 < stage.index } ?? false
    }

    /// The stages that are built.
    var builtStages: [CheckedStage] { stages.filter { input.stages?.contains($0.index) ?? true } }

    /// The instructions of stages that are built.
    var builtInstructions: [CheckedInstruction] { builtStages.flatMap(\.instructions) }

    private func stage(_ instruction: Instruction, _ from: Instruction.From) -> CheckedStage {
        let expander = arguments.expander(escape: file.escape)
        let image = (try? expander.expand(from.image))?.text ?? from.image
        let earlier = places[image.lowercased()]?.last.map { stages[$0] }
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

extension Dockerfile {
    /// The place of the last instruction that starts no later than `position`.
    func instruction(at position: SourcePosition) -> Int? {
        var low = 0
        var high = instructions.count
        while low < high {
            let middle = (low + high) / 2
            if instructions[middle].range.start <= position { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? nil : low - 1
    }
}
