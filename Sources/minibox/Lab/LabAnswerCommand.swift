// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab answer EXERCISE FLAG`.
enum LabAnswerCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
        var flag = ""
    }

    /// The table of `minibox lab answer`.
    static func table() -> Command<Options> {
        Command(
            "Hand in the flag that you have read, and see why it went as it did",
            discussion: [
                "An exercise whose attack reads nothing is answered by 'done', once its effect is seen in your lab host.",
                "It ends with 1 where that is not the flag of this start.",
            ],
            options: Options(),
            positionals: [.required("EXERCISE") { $0.exercise = $1 }, .required("FLAG") { $0.flag = $1 }])
    }

    /// Compares, keeps, and shows what there is to learn.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let exercise = try Catalog.find().find(options.exercise)
        let places = globals.labPlaces
        let host = try LabHost.running(exercise, in: places)
        var progress = try Progress(in: places)
        try host.takeTyped(of: exercise)
        let isRight: Bool
        if options.flag == "done" {
            let (seen, outcome) = try exercise.observe(in: host)
            isRight = outcome == .reproduced
            if !isRight {
                let words = LabHintCommand.words(of: seen)
                Minibox.complain(progress[exercise].isUnderTest ? "not yet" : "not yet: the lab host shows \(words)")
            }
        } else {
            isRight = options.flag == host.state?.flag
            if !isRight { Minibox.complain("that is not the flag of this start") }
        }
        guard isRight else { return 1 }
        try progress.change(exercise, by: .answered(options.flag)) { $0.answer() }
        try Minibox.show("Right.\n\n" + Self.debrief(exercise, progress[exercise]))
        return 0
    }

    /// What was predicted, what happens, why, and which wall it was.
    static func debrief(_ exercise: Exercise, _ entry: Progress.Entry) -> String {
        let asked = exercise.prediction
        var text = "\(asked.question)\n"
        if let predicted = entry.predicted, asked.choices.indices.contains(predicted) {
            text += "  You predicted: \(asked.choices[predicted])"
            text += predicted == asked.answer ? ", and so it is.\n" : "\n"
        }
        if entry.predicted != asked.answer { text += "  It is so:      \(asked.choices[asked.answer])\n" }
        text += "  \(asked.why)\n\n\(exercise.contents(of: "debrief.md") ?? "")"
        if let walls = entry.blockedBy { text += "\nBlocked by: \(walls)\n" }
        return text
    }
}
