// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension ListCommand {
    /// Prints the containers.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        let records = try engine.list(
            all: options.showsAll, filters: options.filters, last: options.showsLatest ? 1 : options.last)
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
}
