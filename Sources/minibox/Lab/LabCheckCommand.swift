// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import Linux
internal import OCI

/// `minibox lab check EXERCISE`.
enum LabCheckCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercises: [String] = []
        var isJSON = false
        var attributes = true
        var watches = false
    }

    /// The table of `minibox lab check`.
    static func table() -> Command<Options> {
        Command(
            "Run an exercise's attack weak and default, and say what stops it",
            discussion: [
                "Each run has a lab host of its own, which is gone afterwards. PASS says that the attack is real and that the "
                    + "default run stops it; UNSAFE that it does not stop it, VACUOUS that the weak run shows nothing, INVERTED both; "
                    + "RESIDUAL that it is known and said not to be stopped. It ends with 1 where one failed, and 77 where none was run."
            ],
            options: Options(), positionals: [.oneOrMore("EXERCISE") { $0.exercises.append($1) }],
            flags: [
                .toggle("json", "Print JSON") { $0.isJSON = $1 },
                .toggle("watch", "Look at your lab host each second until the attack has worked there") {
                    $0.watches = $1
                },
                .toggle("attribution", "Find out which walls stop it (true)") { $0.attributes = $1 },
            ])
    }

    /// Checks each, and prints what came of it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let catalog = try Catalog.find()
        let exercises = try options.exercises.map { try catalog.find($0) }
        let places = globals.labPlaces
        LabCollectCommand.inPassing(in: places)
        if options.watches { return try watch(exercises, in: places) }
        var results: [CheckResult] = []
        for exercise in exercises {
            let result = try exercise.check(catalog: catalog, in: places, attributes: options.attributes)
            results.append(result)
            try LabReport.keep(result.json, of: exercise, in: places)
            if !options.isJSON { try Minibox.show(text(of: result)) }
        }
        if options.isJSON {
            let json = JSON.array(results.map(\.json))
            try Minibox.show(String(decoding: json.bytes(pretty: true), as: UTF8.self) + "\n")
        }
        if results.contains(where: { !$0.leaks.isEmpty }) { return 1 }
        return Verdict.exitCode(of: results.map(\.verdict))
    }

    /// Prints what is seen of each in the lab host that somebody works in, when it changes. What was seen once stays.
    private static func watch(_ exercises: [Exercise], in places: LabPlaces) throws -> Int32 {
        var waiting = exercises
        var last: [String: Observations] = [:]
        let progress = try Progress(in: places)
        while true {
            var still: [Exercise] = []
            for exercise in waiting {
                let (seen, outcome) = try exercise.observe(in: try LabHost.running(exercise, in: places))
                if last[exercise.name] != seen {
                    let words = progress[exercise].isUnderTest ? "" : "  (\(LabHintCommand.words(of: seen)))"
                    try Minibox.show("\(exercise.label)  \(outcome == .reproduced ? "done" : "not yet")\(words)\n")
                }
                last[exercise.name] = seen
                if outcome != .reproduced { still.append(exercise) }
            }
            waiting = still
            if waiting.isEmpty { return 0 }
            Clock.sleep(milliseconds: 1000)
        }
    }

    /// A few lines for people.
    static func text(of result: CheckResult) -> String {
        let exercise = result.exercise
        var text = "\(result.verdict.word)  \(exercise.label) \(exercise.title)"
        text += (result.verdict.reason.map { ": \($0)" } ?? "") + "\n"
        for run in result.runs {
            let seen = run.observations.lines.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            text += "    \(run.arm.name): \(run.outcome.rawValue)  (\(seen))\n"
        }
        if let attribution = result.attribution { text += "    blocked by: \(attribution.words)\n" }
        for leak in result.leaks { text += "    left behind: \(leak)\n" }
        return text
    }
}
