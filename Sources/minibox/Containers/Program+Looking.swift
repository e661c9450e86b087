// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// The commands that look at a container and at its files, which have the same names below `container`.
    static var looking: [Entry<GlobalOptions>] {
        [
            .command(
                "logs", section: "Containers", "Print what a container has written", LogsCommand.table,
                perform: LogsCommand.perform),
            .command(
                "cp", section: "Containers", "Copy files between a container and the host", CopyCommand.table,
                perform: CopyCommand.perform),
            .command(
                "export", section: "Containers", "Write all files of a container as a tar archive",
                ExportCommand.table, perform: ExportCommand.perform),
        ]
    }
}
