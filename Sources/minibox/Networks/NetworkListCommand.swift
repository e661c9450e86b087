// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Networks
internal import OCI

/// `minibox network ls`.
enum NetworkListCommand {
    /// What its line says.
    struct Options: Sendable {
        var showsIDsOnly = false
        var isWhole = false
        var filters: [NetworkFilter] = []
        var format = RowFormat.table
    }

    /// The table of `minibox network ls`.
    static func table() -> Command<Options> {
        Command(
            "List networks", options: Options(),
            flags: [
                .toggle("quiet", short: "q", "Print ids alone") { $0.showsIDsOnly = $1 },
                .toggle("no-trunc", "Print ids in full") { $0.isWhole = $1 },
                .list(
                    "filter", short: "f", "KEY=VALUE",
                    "Those with dangling=, driver=, id=START, label=, name=PART, scope=local or type=builtin|custom",
                    NetworkFilter.init(parsingForList:)
                ) { $0.filters.append($1) },
                .value(
                    "format", "table|json|TEMPLATE", "Print a table, JSON, or what a template makes, as {{.Name}}",
                    RowFormat.init(parsing:)
                ) { $0.format = $1 },
            ])
    }

    /// The fields that a template has, and the titles of its columns: docker's, and the addresses.
    private static let titles: [(field: String, title: String)] = [
        ("ID", "NETWORK ID"), ("Name", "NAME"), ("Driver", "DRIVER"), ("Scope", "SCOPE"), ("Subnets", "SUBNETS"),
        ("IPv4", "IPV4"), ("IPv6", "IPV6"), ("Internal", "INTERNAL"), ("Labels", "LABELS"), ("CreatedAt", "CREATED"),
    ]

    /// Prints them, by name.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let networks = try globals.engine.networks(options.filters)
        func id(_ network: Network) -> String { options.isWhole ? network.id : String(network.id.prefix(12)) }
        if options.showsIDsOnly {
            try Minibox.show(networks.map { id($0) + "\n" }.joined())
            return 0
        }
        let rows = networks.map { network in
            Row(
                [
                    ("ID", id(network)), ("Name", network.name), ("Driver", network.driver.rawValue),
                    ("Scope", "local"),
                    ("Subnets", network.subnets.map { "\($0.prefix)" }.joined(separator: ",")), ("IPv4", "true"),
                    ("IPv6", "\(network.hasIPv6)"), ("Internal", "\(network.isInternal)"),
                    (
                        "Labels",
                        network.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
                    ), ("CreatedAt", network.created),
                ], labels: JSON(network.labels))
        }
        let columns = ["ID", "Name", "Driver", "Subnets", "Internal"]
        try Minibox.show(try RowPrinter(columns: columns, titles: titles).text(rows, options.format))
        return 0
    }
}
