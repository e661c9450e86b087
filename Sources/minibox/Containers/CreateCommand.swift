// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox create IMAGE [COMMAND] [ARG...]`: `run` without the run.
enum CreateCommand {
    /// The table of `minibox create`.
    static func table() -> Command<RunCommand.Options> {
        Command(
            "Make a container without starting it",
            discussion: [
                "Everything that 'minibox start' would refuse is refused now. Flags end at IMAGE: every word after it "
                    + "belongs to COMMAND."
            ],
            options: RunCommand.Options(),
            positionals: [
                .required("IMAGE") { $0.image = $1 },
                .verbatim("[COMMAND] [ARG...]") { $0.command.append($1) },
            ],
            groups: RunCommand.sharedGroups)
    }

    /// Makes the container, and prints its id.
    static func perform(_ options: RunCommand.Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if options.printsSpecification { return try RunCommand.printSpecification(options, globals) }
        let request = try options.request()
        let engine = try globals.engine(under: options.lease)
        let id = try options.provision.perform(options.image, for: options.platform, engine) {
            try engine.create(request, RunOptions(warn: Minibox.complain))
        }
        try Minibox.show(id + "\n")
        return 0
    }
}
