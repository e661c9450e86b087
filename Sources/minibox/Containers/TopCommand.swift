// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

/// `minibox top CONTAINER [OPTIONS OF PS]`.
enum TopCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var words: [String] = []
    }

    /// The table of `minibox top`.
    static func table() -> Command<Options> {
        Command(
            "List the processes of a container",
            discussion: [
                "They are read from the kernel, and ps is not needed. Of its options there are -ef, which is what is "
                    + "meant without any, and -o COLUMN,... with "
                    + ProcessRow.Column.allCases.map(\.rawValue).joined(separator: ", ") + ". Times are in UTC."
            ],
            options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 }, .verbatim("[OPTIONS OF PS]") { $0.words.append($1) },
            ])
    }

    /// The columns that the options of ps ask for.
    static func columns(_ words: [String]) throws(SyntaxError) -> [ProcessRow.Column] {
        var columns: [ProcessRow.Column] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            switch word {
            case "-e", "-f", "-ef", "-A", "ax", "-ax": continue
            case "-o", "-eo", "o":
                guard let list = rest.popFirst() else {
                    throw SyntaxError(word, "has no columns behind it", "write them with commas, as in -o pid,comm")
                }
                for name in list.split(separator: ",") {
                    guard let column = ProcessRow.Column(rawValue: String(name)) else {
                        throw SyntaxError(
                            name, "is no column",
                            "write one of \(ProcessRow.Column.allCases.map(\.rawValue).joined(separator: ", "))")
                    }
                    columns.append(column)
                }
            default:
                throw SyntaxError(
                    word, "is none of the options of ps that are known here", "write -ef or -o COLUMN,...")
            }
        }
        return columns.isEmpty ? ProcessRow.usual : columns
    }

    /// Prints the processes.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let columns = try columns(options.words)
        var table = Table(columns.map(\.title))
        let now = Clock.wall
        for process in try globals.engine.processes(of: options.container) {
            table.add(columns.map { cell(process.text($0, now: now)) })
        }
        try Minibox.show(table.text)
        return 0
    }
}
