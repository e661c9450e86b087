// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox volume inspect`: what `inspect --type volume` does.
enum VolumeInspectCommand {
    /// The table of `minibox volume inspect`.
    static func table() -> Command<InspectCommand.Options> {
        Command(
            "Show all that is known of volumes, as JSON", options: InspectCommand.Options(kind: .volume),
            positionals: [.oneOrMore("VOLUME") { $0.names.append($1) }], flags: [InspectCommand.format])
    }

    /// Prints one array of all that was named, or what a template makes of each.
    static func perform(_ options: InspectCommand.Options, _ globals: GlobalOptions) throws -> Int32 {
        try InspectCommand.perform(options, globals)
    }
}
