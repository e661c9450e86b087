// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import Linux

/// `minibox lab start EXERCISE`.
enum LabStartCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
        var seed: String?
        var prediction: Int?
        var isDetached = false
        var teaches = false
        var tests = false
        var keepsTyped: Bool?

        var mode: LabMode { teaches ? .teach : tests ? .test : .plain }
    }

    /// The table of `minibox lab start`.
    static func table() -> Command<Options> {
        Command(
            "Make the lab host of an exercise, and open a shell there",
            discussion: [
                "What is asked before is not graded: it is compared with what happens. The lab host stays until 'lab stop'.",
                "--teach says what is looked at, which walls are in the way, and the first hint; --test says the task alone, and refuses hints and the solution until the answer is right.",
                "A seed that a teacher gives out makes the flag the same for whoever has it.",
            ],
            options: Options(), positionals: [.required("EXERCISE") { $0.exercise = $1 }],
            flags: [
                .text("seed", "TEXT", "Make the flag from this, as CLASS:STUDENT") { $0.seed = $1 },
                .value("predict", "N", "Answer the question with choice N, from 1", choice) { $0.prediction = $1 },
                .toggle("teach", "Tell more, and keep what is typed for hints that react to it") { $0.teaches = $1 },
                .toggle("test", "Tell the task alone, and give no help") { $0.tests = $1 },
                .toggle("history", "Keep what is typed in its shells, for hints and the report") {
                    $0.keepsTyped = $1
                },
                .toggle("detach", short: "d", "Open no shell") { $0.isDetached = $1 },
            ])
    }

    private static func choice(_ text: String) throws(LabError) -> Int {
        guard let number = Int(text), number > 0 else {
            throw LabError(.invalid, "--predict \(text): write the number of a choice, from 1")
        }
        return number - 1
    }

    /// Asks, starts, and opens a shell.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        guard !options.teaches || !options.tests else {
            throw LabError(.invalid, "--teach and --test exclude each other: write one of them")
        }
        let keepsTyped = options.keepsTyped ?? options.teaches
        let catalog = try Catalog.find()
        let exercise = try catalog.find(options.exercise)
        let places = globals.labPlaces
        try exercise.requireShells()
        try exercise.makeReady(in: places)
        var progress = try Progress(in: places)
        let isTerminal = StandardStream.input.isTerminal
        let prediction = try options.prediction ?? (isTerminal ? LabQuestion.ask(exercise.prediction) : nil)
        if let prediction, !exercise.prediction.choices.indices.contains(prediction) {
            throw LabError(.invalid, "the question has \(exercise.prediction.choices.count) choices")
        }
        _ = try LabHost.startKept(exercise, catalog: catalog, seed: options.seed, keepsTyped: keepsTyped, in: places)
        let now = Clock.wall.seconds
        try progress.change(exercise, by: .started(seed: options.seed, mode: options.mode)) { entry in
            entry.start(in: options.mode, at: now)
            entry.predicted = prediction ?? entry.predicted
            // Another flag: what was handed in before counts all the same.
        }
        var text = "\(exercise.label)  \(exercise.title)\n\n\(exercise.opening(in: options.mode))\n"
        if keepsTyped {
            text += "What is typed in its shells is kept, for hints and the report; --history=false keeps none.\n"
        }
        try Minibox.show(text)
        guard isTerminal, !options.isDetached else {
            try Minibox.show("the lab host is up: 'minibox lab shell \(exercise.label)'\n")
            return 0
        }
        let host = try LabHost.running(exercise, in: places)
        return try LabShellCommand.open(host, host.shell)
    }
}

extension Exercise {
    /// Before a lab host of it starts: that it can be shown here, and that nothing is left of those that have ended.
    func makeReady(in places: LabPlaces) throws {
        if let reason = lack() { throw LabError(.missing, "\(name) cannot be shown here: \(reason)") }
        LabCollectCommand.inPassing(in: places)
    }
}

/// The question before an exercise.
enum LabQuestion {
    /// Asks on the terminal; nil where nothing was answered.
    static func ask(_ prediction: Exercise.Prediction) throws -> Int? {
        var text = "Before you look: \(prediction.question)\n"
        for (place, choice) in prediction.choices.enumerated() { text += "  \(place + 1)  \(choice)\n" }
        let input = try StandardStream.input.duplicate()
        while true {
            try Minibox.show(text + "Your prediction (Enter for none): ")
            var answer: [UInt8] = []
            while let byte = try input.read(upTo: 1).first, byte != UInt8(ascii: "\n") { answer.append(byte) }
            if answer.isEmpty { return nil }
            if let number = Int(String(decoding: answer, as: UTF8.self)),
                prediction.choices.indices.contains(number - 1)
            {
                return number - 1
            }
        }
    }
}
