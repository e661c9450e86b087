// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox network rm`.
enum NetworkRemoveCommand {
    /// What its line says.
    struct Options: Sendable {
        var networks: [String] = []
        var isForced = false
    }

    /// The table of `minibox network rm`.
    static func table() -> Command<Options> {
        Command(
            "Remove networks", discussion: ["One that a container is on is not removed."], options: Options(),
            positionals: [.oneOrMore("NETWORK") { $0.networks.append($1) }],
            flags: [.toggle("force", short: "f", "Do not mind those that are not there") { $0.isForced = $1 }])
    }

    /// Removes each that is named; one that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var code: Int32 = 0
        for name in options.networks {
            do throws(EngineError) { try globals.engine.removeNetwork(name) } catch {
                if options.isForced, error.code == .missing { continue }
                Minibox.complain("\(error)")
                code = 1
                continue
            }
            try Minibox.show(name + "\n")
        }
        return code
    }
}
