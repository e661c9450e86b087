// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Audit
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox image audit IMAGE...`.
enum ImageAuditCommand {
    /// What its line says.
    struct Options: Sendable {
        var images: [String] = []
        var isWhole = false
        var format = Format.table
        var limit: AuditCheck.Severity?
    }

    /// How it is printed.
    enum Format: String, Sendable {
        case table, json, html, sarif

        init(parsing text: String) throws(SyntaxError) {
            guard let format = Format(rawValue: text) else {
                throw SyntaxError(text, "is no format", "write table, json, html or sarif")
            }
            self = format
        }
    }

    /// The table of `minibox image audit`.
    static func table() -> Command<Options> {
        Command(
            "Show what is wrong with images",
            discussion: [
                "Its configuration, its history and every file of every layer are looked at, those that a later layer takes away "
                    + "among them: secrets, set-user-ID files and capabilities of files, a server to log in to, a user that is root.",
                "It ends with 1 where something is found that is as bad as --fail-on says.",
            ],
            options: Options(),
            positionals: [.oneOrMore("IMAGE") { $0.images.append($1) }],
            flags: [
                .toggle("verbose", short: "v", "Show what is well, too") { $0.isWhole = $1 },
                .value(
                    "format", "table|json|html|sarif", "Print text, JSON, a page of HTML, or SARIF for forges",
                    Format.init(parsing:)
                ) { $0.format = $1 },
                .value(
                    "fail-on", "LEVEL", "End with 1 where something of info, low, medium or high is found",
                    AuditCommand.severity
                ) { $0.limit = $1 },
            ])
    }

    /// Prints a report for each, the worst first in each.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let store = try globals.engine.images()
        let reports = try options.images.map { name in
            AuditReport(of: try ImageSubject(try store.resolve(name), named: name))
        }
        switch options.format {
        case .table: try Minibox.show(reports.map { $0.text(isWhole: options.isWhole) }.joined(separator: "\n"))
        case .json:
            try Minibox.show(
                String(decoding: JSON.array(reports.map(\.json)).bytes(pretty: true), as: UTF8.self) + "\n")
        case .html:
            try Minibox.show(AuditReport.html(reports, about: .images, version: VersionCommand.number))
        case .sarif:
            let json = AuditReport.sarif(reports, version: VersionCommand.number)
            try Minibox.show(String(decoding: json.bytes(pretty: true), as: UTF8.self) + "\n")
        }
        guard let limit = options.limit else { return 0 }
        return reports.contains { $0.worst.map { $0 >= limit } ?? false } ? 1 : 0
    }
}

extension ImageSubject {
    /// What an image of the store says and holds.
    init(_ image: Image, named name: String) throws(EngineError) {
        self.init(name: name)
        isPinned = name.split(separator: "@").last?.hasPrefix("sha256:") == true
        let last = name.split(separator: "/").last ?? ""
        tag = last.split(separator: ":").count == 2 ? last.split(separator: ":").last.map(String.init) : "latest"
        user = image.configuration.execution.user
        environment = image.configuration.execution.environment
        history = image.configuration.history.compactMap(\.createdBy)
        hasHealthcheck = image.configuration.execution.healthcheck != nil
        for layer in image.layers {
            do throws(SystemError) { try add(layer: layer.path) } catch {
                throw EngineError(.missing, "cannot look at a layer of \(name)", cause: error)
            }
        }
    }
}
