// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab

/// `minibox lab stop` and `minibox lab reset`.
enum LabStopCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercises: [String] = []
        var stopsAll = false
    }

    /// The table of `minibox lab stop`.
    static func table() -> Command<Options> {
        Command(
            "Take lab hosts away, and look whether anything is left of them",
            discussion: ["It ends with 1 where something is left."], options: Options(),
            positionals: [.anyNumber("EXERCISE") { $0.exercises.append($1) }],
            flags: [.toggle("all", short: "a", "Take all away") { $0.stopsAll = $1 }])
    }

    /// The table of `minibox lab reset`.
    static func resetTable() -> Command<Options> {
        Command(
            "Take the lab host of an exercise away, and forget how far you were", options: Options(),
            positionals: [.oneOrMore("EXERCISE") { $0.exercises.append($1) }])
    }

    /// Stops those that are named, or all.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let places = globals.labPlaces
        guard options.stopsAll || !options.exercises.isEmpty else {
            throw LabError(.invalid, "name an exercise, or write --all")
        }
        let catalog = try Catalog.find()
        let labels = try Set(options.exercises.map { try catalog.find($0).label })
        LabCollectCommand.inPassing(in: places)
        var code: Int32 = 0
        for host in LabHost.all(in: places) where options.stopsAll || labels.contains(host.name) {
            // What a check makes is the check's to take away.
            guard host.state?.isKept ?? false else { continue }
            // What was typed goes with it otherwise; where it cannot be read that is no reason to let it run on.
            if host.isRunning, let exercise = try? catalog.find(host.name) { try? host.takeTyped(of: exercise) }
            for leak in try host.stop() {
                Minibox.complain("left behind: \(leak)")
                code = 1
            }
            try Minibox.show("\(host.name) is gone\n")
        }
        return code
    }

    /// The same, and forgets.
    static func reset(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let code = try perform(options, globals)
        let catalog = try Catalog.find()
        var progress = try Progress(in: globals.labPlaces)
        for word in options.exercises { try progress.forget(try catalog.find(word)) }
        return code
    }
}
