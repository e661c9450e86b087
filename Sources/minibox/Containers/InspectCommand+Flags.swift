// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox inspect`: JSON of containers and images.
enum InspectCommand {
    /// What a name may be the name of.
    enum Kind: String, Sendable {
        case container, image

        /// Reads one of the words.
        init(parsing text: String) throws(SyntaxError) {
            guard let kind = Kind(rawValue: text) else {
                throw SyntaxError(text, "is nothing that can be inspected", "write container or image")
            }
            self = kind
        }
    }

    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        /// nil for a container, or else an image.
        var kind: Kind?
    }

    /// The table of `minibox inspect`.
    static func table() -> Command<Options> {
        Command(
            "Show all that is known of containers and images, as JSON", options: Options(),
            positionals: [.oneOrMore("NAME") { $0.names.append($1) }],
            flags: [
                .value("type", "container|image", "Look for this alone", Kind.init(parsing:)) { $0.kind = $1 }
            ])
    }

    /// The table of `minibox container inspect`.
    static func containerTable() -> Command<Options> {
        Command(
            "Show all that is known of containers, as JSON", options: Options(kind: .container),
            positionals: [.oneOrMore("CONTAINER") { $0.names.append($1) }])
    }

    /// The table of `minibox image inspect`.
    static func imageTable() -> Command<Options> {
        Command(
            "Show all that is known of images, as JSON", options: Options(kind: .image),
            positionals: [.oneOrMore("IMAGE") { $0.names.append($1) }])
    }
}
