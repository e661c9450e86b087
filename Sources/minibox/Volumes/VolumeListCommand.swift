// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

/// `minibox volume ls`.
enum VolumeListCommand {
    /// What its line says.
    struct Options: Sendable {
        var showsNamesOnly = false
        var filters: [VolumeFilter] = []
        var format = RowFormat.table
    }

    /// The table of `minibox volume ls`.
    static func table() -> Command<Options> {
        Command(
            "List volumes", options: Options(),
            flags: [
                .toggle("quiet", short: "q", "Print names alone") { $0.showsNamesOnly = $1 },
                .list(
                    "filter", short: "f", "KEY=VALUE",
                    "Those with dangling=BOOL, driver=NAME, label=KEY[=VALUE] or name=PART",
                    VolumeFilter.init(parsingForList:)
                ) { $0.filters.append($1) },
                .value(
                    "format", "table|json|TEMPLATE", "Print a table, JSON, or what a template makes, as {{.Name}}",
                    RowFormat.init(parsing:)
                ) { $0.format = $1 },
            ])
    }

    /// The fields that a template has, and the titles of its columns: docker's.
    private static let titles: [(field: String, title: String)] = [
        ("Name", "VOLUME NAME"), ("Driver", "DRIVER"), ("Scope", "SCOPE"), ("Mountpoint", "MOUNTPOINT"),
        ("Labels", "LABELS"), ("Links", "LINKS"), ("Size", "SIZE"), ("Availability", "AVAILABILITY"),
        ("Group", "GROUP"), ("Status", "STATUS"),
    ]

    /// Prints them, by name.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let volumes = try globals.engine.volumes(options.filters)
        if options.showsNamesOnly {
            try Minibox.show(volumes.map { $0.name + "\n" }.joined())
            return 0
        }
        switch options.format {
        case .json: try Minibox.show(volumes.map { "\($0.row)\n" }.joined())
        case .table:
            var table = Table(["DRIVER", "VOLUME NAME"])
            for volume in volumes { table.add(["local", volume.name]) }
            try Minibox.show(table.text)
        case .template, .columns:
            let rows = volumes.map { volume in
                Row(
                    titles.map { ($0.field, volume.row[$0.field]?.string ?? "") },
                    labels: JSON(volume.labels))
            }
            try Minibox.show(try RowPrinter(columns: [], titles: titles).text(rows, options.format))
        }
        return 0
    }
}

extension Volume {
    /// As `volume ls --format json` prints it, with docker's names.
    var row: JSON {
        let words = labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        return .object(
            JSON.Object([
                ("Availability", "N/A"), ("Driver", "local"), ("Group", "N/A"), ("Labels", .string(words)),
                ("Links", "N/A"), ("Mountpoint", .string(mountpoint)), ("Name", .string(name)), ("Scope", "local"),
                ("Size", "N/A"), ("Status", "N/A"),
            ]))
    }
}
