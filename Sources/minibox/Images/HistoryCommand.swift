// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox history IMAGE`, which is `minibox image history`.
enum HistoryCommand {
    /// What its line says.
    struct Options: Sendable {
        var image = ""
        var showsIDsOnly = false
        var isUntruncated = false
        var format = OutputFormat.table
    }

    /// The table of `minibox history`.
    static func table() -> Command<Options> {
        Command(
            "Show the steps by which an image was made, the last one first", options: Options(),
            positionals: [.required("IMAGE") { $0.image = $1 }],
            flags: [
                .toggle("quiet", short: "q", "Print the ids of its layers alone") { $0.showsIDsOnly = $1 },
                .fixed("human", short: "H", true, "sizes and moments are for people", "write --format json"),
                .toggle("no-trunc", "Print ids and instructions in full") { $0.isUntruncated = $1 },
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints the steps.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let store = try globals.engine.images()
        let steps = Array(store.history(of: try store.resolve(options.image)).reversed())
        func id(_ diffID: Digest) -> String { options.isUntruncated ? "\(diffID)" : diffID.short }
        if options.showsIDsOnly {
            try Minibox.show(steps.compactMap(\.diffID).map { id($0) + "\n" }.joined())
            return 0
        }
        switch options.format {
        case .json: try Minibox.show(steps.map { "\($0.json)\n" }.joined())
        case .table:
            var table = Table(["LAYER", "CREATED", "CREATED BY", "SIZE", "COMMENT"])
            for step in steps {
                table.add([
                    step.diffID.map(id) ?? "", String((step.created ?? "").prefix(19)),
                    cell(step.createdBy ?? "", limit: options.isUntruncated ? .max : 45),
                    step.size.map(ImagesCommand.size) ?? "missing", cell(step.comment ?? ""),
                ])
            }
            try Minibox.show(table.text)
        }
        return 0
    }
}

extension ImageStep {
    fileprivate var json: JSON {
        var object = JSON.Object()
        object["Layer"] = diffID.map { .string("\($0)") } ?? .null
        object["CreatedAt"] = created.map(JSON.string) ?? .null
        object["CreatedBy"] = .string(createdBy ?? "")
        object["Size"] = size.map { .integer($0) } ?? .null
        object["Comment"] = .string(comment ?? "")
        return .object(object)
    }
}
