// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox network inspect`: what `inspect --type network` does.
enum NetworkInspectCommand {
    /// The table of `minibox network inspect`.
    static func table() -> Command<InspectCommand.Options> {
        Command(
            "Show all that is known of networks, as JSON", options: InspectCommand.Options(kind: .network),
            positionals: [.oneOrMore("NETWORK") { $0.names.append($1) }], flags: [InspectCommand.format])
    }

    /// Prints one array of all that was named, or what a template makes of each.
    static func perform(_ options: InspectCommand.Options, _ globals: GlobalOptions) throws -> Int32 {
        try InspectCommand.perform(options, globals)
    }
}
