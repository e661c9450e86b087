// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import Linux

/// `minibox lab shell EXERCISE [COMMAND...]`.
enum LabShellCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
        var command: [String] = []
    }

    /// The table of `minibox lab shell`.
    static func table() -> Command<Options> {
        Command(
            "Open a shell in the lab host of an exercise, or run a command there", options: Options(),
            positionals: [
                .required("EXERCISE") { $0.exercise = $1 }, .verbatim("COMMAND") { $0.command.append($1) },
            ])
    }

    /// Runs the command; without one a shell, which needs a terminal.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let exercise = try Catalog.find().find(options.exercise)
        if options.command.isEmpty { return try open(exercise, in: globals.labPlaces) }
        let host = try LabHost.running(exercise, in: globals.labPlaces)
        let result = try host.run(options.command, environment: [], seconds: 600)
        try StandardStream.output.duplicate().write(result.output)
        try StandardStream.error.duplicate().write(result.error)
        return result.status.code
    }

    /// Opens a shell on this terminal.
    static func open(_ exercise: Exercise, in places: LabPlaces) throws -> Int32 {
        let host = try LabHost.running(exercise, in: places)
        guard StandardStream.input.isTerminal else {
            throw LabError(.invalid, "a shell needs a terminal: write the command that is to run")
        }
        return try host.openShell()
    }
}
