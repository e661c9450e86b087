// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox stop CONTAINER...` and `minibox restart CONTAINER...`.
enum StopCommand {
    /// What their lines say.
    struct Options: Sendable {
        var containers: [String] = []
        var signal: SignalArgument?
        /// Seconds.
        var time: Int?
    }

    /// The table of `minibox stop`.
    static func table() -> Command<Options> {
        Command(
            "Ask containers to end, and kill those that do not in time", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }], flags: flags)
    }

    /// The table of `minibox restart`.
    static func restartTable() -> Command<Options> {
        Command(
            "Stop containers, and start them again", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }], flags: flags)
    }

    private static var flags: [Flag<Options>] {
        [
            .value(
                "signal", short: "s", "SIGNAL", "Ask with SIGNAL (the container's own)", SignalArgument.init(parsing:)
            ) {
                $0.signal = $1
            },
            .value(
                "timeout", short: "t", aliases: ["time"], "SECONDS",
                "Wait so long before the kill (the container's own, or 10; -1 for ever)", seconds
            ) { $0.time = $1 },
        ]
    }

    /// Stops each container that is named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        return try Minibox.each(
            options.containers, begin: { try engine.stop($0, signal: options.signal, seconds: options.time) },
            finishBeside: engine.finish)
    }

    /// Restarts each container that is named.
    static func restart(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        return try Minibox.each(
            options.containers,
            begin: {
                try engine.restart(
                    $0, signal: options.signal, seconds: options.time, RunOptions(warn: Minibox.complain))
            }, finishBeside: engine.finish)
    }
}
