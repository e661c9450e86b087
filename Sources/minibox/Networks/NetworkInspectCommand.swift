// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox network inspect`: what `inspect --type network` does, and a picture.
enum NetworkInspectCommand {
    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        /// As it was written: a word of the picture's with `--graph`, else one of ``InspectCommand``'s.
        var format: String?
        var isGraph = false
    }

    /// The table of `minibox network inspect`.
    static func table() -> Command<Options> {
        Command(
            "Show all that is known of networks, as JSON, or as a picture", options: Options(),
            positionals: [.anyNumber("NETWORK") { $0.names.append($1) }],
            flags: [
                .toggle("graph", "Show networks, containers, ports and who may talk to what; all of them by default") {
                    $0.isGraph = $1
                },
                .text("format", short: "f", "json|TEMPLATE", "As `inspect` has it; text or svg with --graph") {
                    $0.format = $1
                },
            ])
    }

    /// Prints one array of all that was named, what a template makes of each, or the picture of them.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        guard options.isGraph else {
            guard !options.names.isEmpty else {
                throw SyntaxError("network inspect", "needs the name of a network", "write one, or --graph for all")
            }
            var plain = InspectCommand.Options(kind: .network)
            plain.names = options.names
            if let format = options.format { plain.format = try InspectCommand.Format(parsing: format) }
            return try InspectCommand.perform(plain, globals)
        }
        try Minibox.requireRoot()
        let graph = try globals.engine.networkGraph(of: options.names)
        switch options.format {
        case nil, "text": try Minibox.show(graph.text)
        case "svg": try Minibox.show(graph.svg)
        case let word?: throw SyntaxError(word, "is no form of a picture", "write --format text or --format svg")
        }
        return 0
    }
}
