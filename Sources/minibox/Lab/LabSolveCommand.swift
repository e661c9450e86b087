// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab solve EXERCISE`.
enum LabSolveCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
        var explains = false
    }

    /// The table of `minibox lab solve`.
    static func table() -> Command<Options> {
        Command(
            "Show the author's solution, step by step, in a lab host of its own",
            discussion: ["The exercise counts as shown, and not as passed."], options: Options(),
            positionals: [.required("EXERCISE") { $0.exercise = $1 }],
            flags: [.toggle("explain", "Say afterwards why it went as it did") { $0.explains = $1 }])
    }

    /// Runs it, and marks the exercise. It ends with 1 where the solution does not have its effect.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let catalog = try Catalog.find()
        let exercise = try catalog.find(options.exercise)
        let places = globals.labPlaces
        guard exercise.realm == .host else {
            throw LabError(
                .invalid, "\(exercise.name) has probes and no solution: 'minibox lab check \(exercise.label)' runs them"
            )
        }
        try Progress(in: places).requireHelp(exercise)
        try exercise.makeReady(in: places)
        guard let (text, outcome) = try exercise.solve(catalog: catalog, in: places) else {
            throw LabError(.missing, "\(exercise.name) has no solution written down")
        }
        var progress = try Progress(in: places)
        try progress.change(exercise, by: .shown) { $0.isShown = true }
        try Minibox.show(text)
        if options.explains { try Minibox.show("\n" + LabAnswerCommand.debrief(exercise, progress[exercise])) }
        guard outcome == .reproduced else {
            Minibox.complain("the solution had no effect that the observer sees")
            return 1
        }
        return 0
    }
}
