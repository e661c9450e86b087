// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox commit CONTAINER [NAME[:TAG]]`.
enum CommitCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var name: String?
        var changes: [String] = []
        var author: String?
        var message: String?
        var pauses = true
        var lease: LeaseArgument?
    }

    /// The table of `minibox commit`.
    static func table() -> Command<Options> {
        Command(
            "Make an image of what a container has changed",
            discussion: [
                "The processes of a container that runs are held meanwhile. What is mounted in it, as volumes, is not part "
                    + "of the image."
            ],
            options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 }, .optional("NAME[:TAG]") { $0.name = $1 },
            ],
            flags: [
                .texts("change", short: "c", "INSTRUCTION", "Set its configuration, as in 'CMD [\"/bin/sh\"]'") {
                    $0.changes.append($1)
                }.keeping(.behindEquals),
                .text("author", short: "a", "NAME", "Say in it who made it") { $0.author = $1 },
                .text("message", short: "m", "TEXT", "Say in its history what was done") { $0.message = $1 },
                LeaseFlag.flag(at: \.lease),
                .toggle("pause", short: "p", "Hold the container's processes meanwhile (true)") { $0.pauses = $1 },
            ])
    }

    /// Makes the image and prints its id.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var name: ImageReference?
        if let text = options.name { name = try ImageReference(text) }
        let engine = try globals.engine(under: options.lease)
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let image = try engine.commit(
            CommitRequest(
                container: options.container, name: name, changes: options.changes, author: options.author,
                message: options.message, pauses: options.pauses), warn: Minibox.complain)
        try Minibox.show("\(image.id)\n")
        return 0
    }
}
