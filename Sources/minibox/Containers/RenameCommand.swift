// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox rename CONTAINER NAME`.
enum RenameCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var name: ContainerName?
    }

    /// The table of `minibox rename`.
    static func table() -> Command<Options> {
        Command(
            "Give a container another name", options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 },
                .required("NAME", ContainerName.init(parsing:)) { $0.name = $1 },
            ])
    }

    /// Renames it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        guard let name = options.name else { return Minibox.engineFailure }
        try globals.engine.rename(options.container, to: name)
        return 0
    }
}
