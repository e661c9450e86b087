// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox attach CONTAINER`.
enum AttachCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var withoutInput = false
        var attach = AttachFlags()
    }

    /// The table of `minibox attach`.
    static func table() -> Command<Options> {
        Command(
            "Stay with a container that runs: its output here, and this input to it", options: Options(),
            positionals: [.required("CONTAINER") { $0.container = $1 }],
            flags: [.toggle("no-stdin", "Keep this command's input") { $0.withoutInput = $1 }]
                + AttachFlags.flags(at: \.attach))
    }

    /// Stays until the container ends, and exits as it does.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        return try globals.engine.attach(
            options.container, options.attach.options(input: !options.withoutInput))
    }
}
