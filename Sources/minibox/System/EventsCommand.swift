// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux
internal import OCI
internal import Templates

/// `minibox events`, which is `minibox system events`.
enum EventsCommand {
    /// What its line says.
    struct Options: Sendable {
        var since: FileTime?
        var until: FileTime?
        var filters: [EventFilter] = []
        var format = Format.text
        var showsActions = false
    }

    /// How an event is printed.
    enum Format: Sendable {
        case text, json
        case template(Template)

        /// Reads `json` or a template.
        init(parsing text: String) throws(SyntaxError) {
            switch text {
            case "": self = .text
            case "json": self = .json
            default: self = .template(try readTemplate(text))
            }
        }
    }

    /// The table of `minibox events`.
    static func table() -> Command<Options> {
        Command(
            "Show what happens to containers, images and volumes, as it happens",
            discussion: [
                "With --audit it shows who did what by which command, from the log that 'minibox audit verify' proves, and ends."
            ],
            options: Options(),
            flags: [
                .toggle("audit", "Show the log of who did what, all of it where no --since is written") {
                    $0.showsActions = $1
                },
                .value(
                    "since", "MOMENT", "Begin with what happened then: 10m ago, a date, or seconds since 1970",
                    MomentArgument.init(parsing:)
                ) { $0.since = $1.time },
                .value("until", "MOMENT", "End there, and with what is known by then", MomentArgument.init(parsing:)) {
                    $0.until = $1.time
                },
                .list(
                    "filter", short: "f", "KEY=VALUE",
                    "Those with container=, image=, volume=, event=, type=, label=KEY[=VALUE] or scope=",
                    EventFilter.init(parsing:)
                ) { $0.filters.append($1) },
                .value("format", "json|TEMPLATE", "Print JSON, or what a template makes of it", Format.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints them until there are no more.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if options.showsActions { return try showActions(options, globals) }
        var request = EventRequest()
        request.since = options.since
        request.until = options.until
        request.filters = options.filters
        var stream = try globals.engine.events(request)
        while let events = try stream.next() {
            var lines = ""
            for event in events {
                switch options.format {
                case .text: lines += event.text
                case .json: lines += event.json.description
                case .template(let template): lines += try template.text(of: event.fields, json: event.json)
                }
                lines += "\n"
            }
            try Minibox.show(lines)
        }
        return 0
    }
    /// Prints the audit log.
    private static func showActions(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        for record in try globals.engine.actions(since: options.since, until: options.until)
        where record.passes(options.filters) {
            switch options.format {
            case .text: try Minibox.show(record.text + "\n")
            case .json: try Minibox.show("\(record.json)\n")
            case .template(let template): try Minibox.show(template.text(of: record.json, json: record.json) + "\n")
            }
        }
        return 0
    }
}
