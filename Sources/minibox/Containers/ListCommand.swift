// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import OCI

extension ListCommand {
    /// Prints the containers.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let records = try globals.engine.list(all: options.showsAll)
        if options.showsIDsOnly {
            try Minibox.show(records.map { (options.isUntruncated ? $0.id : String($0.id.prefix(12))) + "\n" }.joined())
            return 0
        }
        switch options.format {
        case .json:
            let lines = records.map { String(decoding: $0.json.bytes(), as: UTF8.self) + "\n" }
            try Minibox.show(lines.joined())
        case .table:
            var table = Table(["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "NAMES"])
            for record in records {
                table.add([
                    options.isUntruncated ? record.id : String(record.id.prefix(12)), record.image,
                    command(record.command, isWhole: options.isUntruncated), String(record.created.prefix(19)),
                    record.state.summary, record.name,
                ])
            }
            try Minibox.show(table.text)
        }
        return 0
    }

    private static func command(_ words: [String], isWhole: Bool) -> String {
        let text = words.joined(separator: " ").map { $0.isNewline ? " " : String($0) }.joined()
        return "\"" + (isWhole || text.count <= 20 ? text : String(text.prefix(19)) + "…") + "\""
    }
}

extension ContainerRecord.State {
    /// As `ps` shows it.
    var summary: String {
        switch self {
        case .created: "Created"
        case .running(_, _, let since): "Up since \(since.prefix(19))"
        case .exited(let code, let finished, _): "Exited (\(code)) \(finished.prefix(19))"
        case .restarting(let code, let finished): "Restarting (\(code)) \(finished.prefix(19))"
        }
    }
}
