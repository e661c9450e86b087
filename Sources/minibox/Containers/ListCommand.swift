// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux
internal import OCI

extension ListCommand {
    /// Prints the containers.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        let records = try engine.list(
            all: options.showsAll, filters: options.filters, last: options.showsLatest ? 1 : options.last)
        if !options.parts.isEmpty || options.drawsPicture { return try show(records, options, engine) }
        if options.showsIDsOnly, case .table = options.format {
            try Minibox.show(records.map { (options.isUntruncated ? $0.id : String($0.id.prefix(12))) + "\n" }.joined())
            return 0
        }
        let now = Clock.wall
        let sizes = options.showsSizes ? try engine.sizes(of: records) : [:]
        let rows = records.map {
            Row($0, now: now, isWhole: options.isUntruncated, size: sizes[$0.id])
        }
        try Minibox.show(try RowPrinter.containers(withSizes: options.showsSizes).text(rows, options.format))
        return 0
    }

    /// Prints who shares what.
    private static func show(_ records: [ContainerRecord], _ options: Options, _ engine: Engine) throws -> Int32 {
        guard !options.parts.isEmpty else {
            throw EngineError(
                .invalid, "--format svg draws processes and namespaces: write --tree --namespaces beside it")
        }
        guard !options.showsAll, !options.showsIDsOnly, !options.showsSizes else {
            throw EngineError(.invalid, "--tree and --namespaces are of what runs: leave --all, --quiet and --size out")
        }
        let view = engine.namespaces(of: records)
        if options.drawsPicture {
            try Minibox.show(view.svg)
            return 0
        }
        switch options.format {
        case .table: try Minibox.show(view.text(options.parts))
        case .json: try Minibox.show(String(decoding: view.json.bytes(pretty: true), as: UTF8.self) + "\n")
        case .template, .columns:
            throw EngineError(
                .invalid, "a tree is no list: write --format table, json or svg with --tree and --namespaces")
        }
        return 0
    }
}
