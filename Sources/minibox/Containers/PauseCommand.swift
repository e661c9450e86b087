// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox pause CONTAINER...` and `minibox unpause CONTAINER...`.
enum PauseCommand {
    /// What their lines say.
    struct Options: Sendable {
        var containers: [String] = []
    }

    /// The table of `minibox pause`.
    static func table() -> Command<Options> {
        Command(
            "Hold all processes of containers", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }])
    }

    /// The table of `minibox unpause`.
    static func unpauseTable() -> Command<Options> {
        Command(
            "Let the processes of paused containers go on", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }])
    }

    /// Holds each container that is named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        return try Minibox.each(options.containers) { try engine.pause($0) }
    }

    /// Lets each container go on that is named.
    static func unpause(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        return try Minibox.each(options.containers) { try engine.unpause($0) }
    }
}
