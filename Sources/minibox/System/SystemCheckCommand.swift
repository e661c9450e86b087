// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox system check`.
enum SystemCheckCommand {
    /// What its line says.
    struct Options: Sendable {
        var repairs = false
        var format = OutputFormat.table
    }

    /// The table of `minibox system check`.
    static func table() -> Command<Options> {
        Command(
            "Read all of the store again, and say what is damaged",
            discussion: [
                "Every byte is compared with its digest, which takes as long as reading all of it.",
                "It ends with 1 where something is damaged that was not mended.",
            ],
            options: Options(),
            flags: [
                .toggle("repair", "Mend what can be mended") { $0.repairs = $1 },
                .value("format", "table|json", "Print lines, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints what was found.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let check = try globals.engine.images().check(repairs: options.repairs)
        switch options.format {
        case .json: try Minibox.show(String(decoding: check.json.bytes(pretty: true), as: UTF8.self) + "\n")
        case .table:
            var text = check.findings.map { "\($0)\n" }.joined()
            text += "Read \(check.images) images, \(check.layers) layers, \(check.archives) archives and "
            text += "\(check.records) records of the build cache, \(ImagesCommand.size(check.bytes)): "
            text += check.findings.isEmpty ? "all is whole.\n" : "\(check.findings.count) found.\n"
            try Minibox.show(text)
        }
        return check.isWhole ? 0 : 1
    }
}

extension StoreCheck {
    fileprivate var json: JSON {
        .object(
            JSON.Object([
                ("Images", JSON(images)), ("Layers", JSON(layers)), ("Archives", JSON(archives)),
                ("Records", JSON(records)), ("Bytes", JSON(bytes)),
                (
                    "Findings",
                    .array(
                        findings.map { finding in
                            .object(
                                JSON.Object([
                                    ("Subject", .string(finding.subject)), ("Words", .string(finding.words)),
                                    ("Outcome", .string(finding.outcome.word)),
                                    ("Advice", .string(finding.outcome.advice)),
                                ]))
                        })
                ),
            ]))
    }
}

extension StoreCheck.Outcome {
    fileprivate var word: String {
        switch self {
        case .mended: "mended"
        case .mendable: "mendable"
        case .open: "open"
        }
    }
    fileprivate var advice: String {
        switch self {
        case .mended(let text), .mendable(let text), .open(let text): text
        }
    }
}
