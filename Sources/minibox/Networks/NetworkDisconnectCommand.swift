// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox network disconnect`.
enum NetworkDisconnectCommand {
    /// What its line says.
    struct Options: Sendable {
        var network = ""
        var container = ""
        var isForced = false
    }

    /// The table of `minibox network disconnect`.
    static func table() -> Command<Options> {
        Command(
            "Take a container off a network", options: Options(),
            positionals: [.required("NETWORK") { $0.network = $1 }, .required("CONTAINER") { $0.container = $1 }],
            flags: [.toggle("force", short: "f", "Do not mind where it is not on it") { $0.isForced = $1 }])
    }

    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        do throws(EngineError) {
            try engine.disconnect(options.container, from: options.network, isForced: options.isForced)
        } catch {
            Minibox.complain("\(error)")
            return 1
        }
        return 0
    }
}
