// SPDX-License-Identifier: Apache-2.0

/// A stage as it is declared, with what it needs looked up by name, and nothing of it carried out.
struct StageDraft {
    /// Its place in the Dockerfile, from 0.
    let index: Int
    /// In lower case; nil where FROM gives none.
    let name: String?
    /// FROM.
    let instruction: Instruction
    /// FROM's image as it is written.
    let image: String
    /// `--platform`, expanded.
    var platform: String?
    /// Triggers first, then its own.
    var commands: [StageCommand] = []
    var base = TreeSource.empty
    /// Whether a context of its name takes its place: nothing of it is carried out.
    var isReplaced = false
    /// Whether triggers were looked for.
    var isTriggered = false
    /// Arguments that FROM uses.
    var usedArguments: [String] = []

    /// For messages, and for the plan.
    var title: String { name ?? "stage-\(index)" }

    init(index: Int, instruction: Instruction, from: Instruction.From) {
        self.index = index
        self.instruction = instruction
        name = from.stageName?.lowercased()
        image = from.image
    }
}

/// An instruction of a stage, and the trees that it reads.
struct StageCommand {
    let instruction: Instruction
    /// Where to point at: FROM, for a trigger of a base image.
    let range: SourceRange
    /// What it came from.
    let origin: Origin
    /// For COPY, one where it has `--from`. For RUN, one for each mount, nil where that has no `from`.
    var sources: [TreeSource?] = []

    enum Origin { case dockerfile, stageTrigger, imageTrigger }

    /// A step's range: an image's triggers stand nowhere.
    var stepRange: SourceRange? { origin == .imageTrigger ? nil : range }
}

/// What a name leads to.
enum TreeSource: Hashable {
    case empty
    case stage(Int)
    /// As it is written.
    case image(String)
    /// A context that is files.
    case context(String)
}
