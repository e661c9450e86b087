// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux
internal import OCI

/// `minibox diff CONTAINER`.
enum DiffCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var format = OutputFormat.table
    }

    /// The table of `minibox diff`.
    static func table() -> Command<Options> {
        Command(
            "Show what a container has changed of its image's files",
            discussion: ["A is added, C is changed, D is deleted."], options: Options(),
            positionals: [.required("CONTAINER") { $0.container = $1 }],
            flags: [
                .value("format", "table|json", "Print lines, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                }
            ])
    }

    /// Prints the changes. A name goes out as it is; in JSON, bytes that are no UTF-8 are U+FFFD.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var bytes: [UInt8] = []
        for change in try globals.engine.changes(of: options.container) {
            switch options.format {
            case .table: bytes += Array("\(change.kind.rawValue) ".utf8) + change.path.bytes
            case .json:
                let path = String(decoding: change.path.bytes, as: UTF8.self)
                let object = JSON.Object([("Kind", .string(change.kind.rawValue)), ("Path", .string(path))])
                bytes += JSON.object(object).bytes()
            }
            bytes.append(UInt8(ascii: "\n"))
        }
        try StandardStream.output.duplicate().write(bytes)
        return 0
    }
}
