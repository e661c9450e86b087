// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox image tree`.
enum ImageTreeCommand {
    /// What its line says.
    struct Options: Sendable {
        var isUntruncated = false
        var format = OutputFormat.table
    }

    /// The table of `minibox image tree`.
    static func table() -> Command<Options> {
        Command(
            "Show how images share their layers", options: Options(),
            flags: [
                .toggle("no-trunc", "Print ids and instructions in full") { $0.isUntruncated = $1 },
                .value("format", "table|json", "Print a tree, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                },
            ])
    }

    /// Prints the tree.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let nodes = try globals.engine.images().tree()
        switch options.format {
        case .json: try Minibox.show(nodes.map { "\($0.json)\n" }.joined())
        case .table:
            var table = Table(["LAYER", "SIZE", "CREATED BY", "IMAGES"])
            for node in nodes { add(node, to: &table, title: "", below: "", isWhole: options.isUntruncated) }
            try Minibox.show(table.text)
        }
        return 0
    }

    /// Adds the row of a layer, with `title` in front of it, and those above it, each with `below` in front.
    private static func add(
        _ node: LayerNode, to table: inout Table, title: String, below: String, isWhole: Bool
    ) {
        table.add([
            title + (isWhole ? "\(node.diffID)" : node.diffID.short), node.size.map(ImagesCommand.size) ?? "missing",
            cell(node.createdBy ?? "", limit: isWhole ? .max : 45),
            node.images.map { $0.reference?.familiar ?? $0.id.short }.joined(separator: ", "),
        ])
        for (place, child) in node.children.enumerated() {
            let isLast = place + 1 == node.children.count
            add(
                child, to: &table, title: below + (isLast ? "└─ " : "├─ "), below: below + (isLast ? "   " : "│  "),
                isWhole: isWhole)
        }
    }
}

extension LayerNode {
    fileprivate var json: JSON {
        .object(
            JSON.Object([
                ("Layer", .string("\(diffID)")), ("Size", size.map { .integer($0) } ?? .null),
                ("CreatedBy", .string(createdBy ?? "")),
                ("Images", JSON(images.map { $0.reference?.familiar ?? "\($0.id)" })),
                ("Children", .array(children.map(\.json))),
            ]))
    }
}
