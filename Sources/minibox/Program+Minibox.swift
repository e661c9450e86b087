// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// The commands that this program has. One is listed here when there is code that does what it says.
    static var minibox: Program {
        Program("minibox", version: VersionCommand.line, GlobalOptions.table, entries: [version])
    }

    private static var version: Entry<GlobalOptions> {
        .command(
            "version", section: "Commands", "Show the version", VersionCommand.table, perform: VersionCommand.perform)
    }
}
