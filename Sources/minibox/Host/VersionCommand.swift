// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox version`.
enum VersionCommand {
    /// The version of this program.
    static let number = "0.1.0"
    /// What `--version` prints.
    static let line = "minibox version \(number)"

    /// What its line says.
    struct Options: Sendable {
        var format = OutputFormat.table
    }

    /// The table of `minibox version`.
    static func table() -> Command<Options> {
        Command(
            "Show the version", options: Options(),
            flags: [
                .value("format", "table|json", "Print a line, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                }
            ])
    }

    /// Prints it.
    static func perform(_ options: Options, _: GlobalOptions) throws -> Int32 {
        let text =
            switch options.format {
            case .table: line
            case .json: "{\"version\":\"\(number)\"}"
            }
        try Minibox.show(text + "\n")
        return 0
    }
}
