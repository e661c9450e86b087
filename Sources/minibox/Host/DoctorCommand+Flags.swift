// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// `minibox doctor`.
enum DoctorCommand {
    /// What its line says.
    struct Options: Sendable {
        var format = OutputFormat.table
    }

    /// The table of `minibox doctor`.
    static func table() -> Command<Options> {
        Command(
            "Show what this host gives, and what each missing thing costs", options: Options(),
            flags: [
                .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) {
                    $0.format = $1
                }
            ])
    }
}
