// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab hint EXERCISE`.
enum LabHintCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
    }

    /// The table of `minibox lab hint`.
    static func table() -> Command<Options> {
        Command(
            "Say a little more about an exercise, and what is seen of your work",
            discussion: [
                "There are three hints, and no command in any of them. Where the lab host keeps what is typed, another may come of that.",
                "Of an exercise that was started with --test there are none.",
            ],
            options: Options(),
            positionals: [.required("EXERCISE") { $0.exercise = $1 }])
    }

    /// Prints the next hint. Where the work is done there is none.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let exercise = try Catalog.find().find(options.exercise)
        let places = globals.labPlaces
        var progress = try Progress(in: places)
        try progress.requireHelp(exercise)
        var text = ""
        if let host = try? LabHost.running(exercise, in: places) {
            let (seen, outcome) = try exercise.observe(in: host)
            if outcome == .reproduced {
                try Minibox.show(
                    "The attack has worked in your lab host: \(words(of: seen)).\n"
                        + "'minibox lab answer \(exercise.label) FLAG' hands in what you have read.\n")
                return 0
            }
            try host.takeTyped(of: exercise)
            text += "So far the lab host shows: \(words(of: seen)).\n"
            for (key, wanted) in exercise.effect.reproduced.sorted(by: { $0.key < $1.key })
            where !wanted.holds(seen[key]) {
                text += "  What you want to see is another '\(key)'.\n"
            }
            let typed = TypedLog.lines(of: exercise, in: places)
            if let says = exercise.reaction(to: typed) { text += "Of what you have typed: \(says)\n" }
        } else {
            text += "Nothing runs yet: 'minibox lab start \(exercise.label)' makes the lab host.\n"
        }
        let place = min(progress[exercise].hints, exercise.hints.count - 1)
        text += "Hint \(place + 1) of \(exercise.hints.count): \(exercise.hints[place])\n"
        if place == exercise.hints.count - 1, progress[exercise].mode == .teach {
            text += "The author's way: 'minibox lab solve --explain \(exercise.label)'\n"
        }
        try Minibox.show(text)
        let shown = place + 1
        try progress.change(exercise, by: .hinted(shown)) { $0.hints = max($0.hints, shown) }
        return 0
    }

    /// `host_name same, victim alive`.
    static func words(of observations: Observations) -> String {
        observations.lines.isEmpty
            ? "nothing" : observations.lines.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

extension Progress {
    /// That hints and the solution of an exercise may be given.
    func requireHelp(_ exercise: Exercise) throws(LabError) {
        guard self[exercise].isUnderTest else { return }
        throw LabError(
            .invalid,
            "\(exercise.name) was started as a test, without help: 'minibox lab start --teach \(exercise.label)' or "
                + "'minibox lab reset \(exercise.label)' ends it")
    }
}
