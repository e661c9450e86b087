// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Templates

/// `minibox inspect`: JSON of containers, images and volumes.
enum InspectCommand {
    /// What a name may be the name of.
    enum Kind: String, Sendable {
        case container, image, volume, network

        /// Reads one of the words.
        init(parsing text: String) throws(SyntaxError) {
            guard let kind = Kind(rawValue: text) else {
                throw SyntaxError(text, "is nothing that can be inspected", "write container, image, volume or network")
            }
            self = kind
        }
    }

    /// How what was found is printed.
    enum Format: Sendable {
        /// One list of all.
        case list
        /// The same on one line.
        case json
        case template(Template)

        /// Reads `json` or a template.
        init(parsing text: String) throws(SyntaxError) {
            switch text {
            case "": self = .list
            case "json": self = .json
            default: self = .template(try readTemplate(text))
            }
        }
    }

    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        /// nil for a container, or else an image, or else a volume.
        var kind: Kind?
        var format = Format.list
        var showsSizes = false
        /// Which walls of the containers stand, in the place of what is known of them.
        var showsSecurity = false
    }

    /// The table of `minibox inspect`.
    static func table() -> Command<Options> {
        Command(
            "Show all that is known of containers, images and volumes, as JSON", options: Options(),
            positionals: [.oneOrMore("NAME") { $0.names.append($1) }],
            flags: [
                .value("type", "container|image|volume|network", "Look for this alone", Kind.init(parsing:)) {
                    $0.kind = $1
                },
                format, size, security,
            ])
    }

    /// The table of `minibox container inspect`.
    static func containerTable() -> Command<Options> {
        Command(
            "Show all that is known of containers, as JSON", options: Options(kind: .container),
            positionals: [.oneOrMore("CONTAINER") { $0.names.append($1) }], flags: [format, size, security])
    }

    /// The table of `minibox image inspect`.
    static func imageTable() -> Command<Options> {
        Command(
            "Show all that is known of images, as JSON", options: Options(kind: .image),
            positionals: [.oneOrMore("IMAGE") { $0.names.append($1) }], flags: [format])
    }

    static var format: Flag<Options> {
        .value(
            "format", short: "f", "json|TEMPLATE",
            "Print JSON on one line, or what a template makes of each, as {{.State.Status}}", Format.init(parsing:)
        ) { $0.format = $1 }
    }

    private static var security: Flag<Options> {
        .toggle("security", "Show which walls of containers stand, as the kernel has it ('audit -v')") {
            $0.showsSecurity = $1
        }
    }

    private static var size: Flag<Options> {
        .toggle("size", short: "s", "Add up what the files of containers take") { $0.showsSizes = $1 }
    }
}
