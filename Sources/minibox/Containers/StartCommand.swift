// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox start CONTAINER...`.
enum StartCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
        var stays = false
        var isInteractive = false
        var attach = AttachFlags()
    }

    /// The table of `minibox start`.
    static func table() -> Command<Options> {
        Command(
            "Start containers that do not run", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }],
            flags: [
                .toggle("attach", short: "a", "Stay with it, and exit as it does") { $0.stays = $1 },
                .toggle("interactive", short: "i", "Give it this command's input as well") { $0.isInteractive = $1 },
            ] + AttachFlags.flags(at: \.attach))
    }

    /// Starts each container that is named; stays with it where that was asked, of one alone.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        let run = RunOptions(warn: Minibox.complain)
        guard options.stays || options.isInteractive else {
            return try Minibox.each(options.containers) { _ = try engine.start($0, AttachOptions(), run) }
        }
        guard options.containers.count == 1, let name = options.containers.first else {
            throw EngineError(.invalid, "cannot stay with several containers: name one, or leave out -a and -i")
        }
        return try engine.start(name, options.attach.options(input: options.isInteractive), run)
    }
}
