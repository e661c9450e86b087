// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox kill CONTAINER...`.
enum KillCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
        var signal: SignalArgument?
    }

    /// The table of `minibox kill`.
    static func table() -> Command<Options> {
        Command(
            "Send containers a signal", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }],
            flags: [
                .value("signal", short: "s", "SIGNAL", "Send SIGNAL (KILL)", SignalArgument.init(parsing:)) {
                    $0.signal = $1
                }
            ])
    }

    /// Sends it to each container that is named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        let signal = try options.signal ?? SignalArgument(parsing: "KILL")
        return try Minibox.each(
            options.containers, begin: { try engine.kill($0, signal: signal) }, finishBeside: engine.finish)
    }
}
