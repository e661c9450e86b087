// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox wait CONTAINER...`.
enum WaitCommand {
    /// What its line says.
    struct Options: Sendable {
        var containers: [String] = []
    }

    /// The table of `minibox wait`.
    static func table() -> Command<Options> {
        Command(
            "Wait until containers have ended, and print their exit codes", options: Options(),
            positionals: [.oneOrMore("CONTAINER") { $0.containers.append($1) }])
    }

    /// Waits for one after the other.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        return try Minibox.each(options.containers, quietly: true) {
            try Minibox.show("\(try engine.wait($0))\n")
        }
    }
}
