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
                "why", section: "Containers", "Say why a container ended, or what it does", WhyCommand.table,
                perform: WhyCommand.perform),
            .command(
                "debug", section: "Containers", "Look at a container or an image with the programs of another",
                DebugCommand.table, perform: DebugCommand.perform),
            .command(
                "cp", section: "Containers", "Copy files between a container and the host", CopyCommand.table,
                perform: CopyCommand.perform),
            .command(
                "export", section: "Containers", "Write all files of a container as a tar archive",
                ExportCommand.table, perform: ExportCommand.perform),
            .command(
                "top", section: "Containers", "List the processes of a container", TopCommand.table,
                perform: TopCommand.perform),
            .command(
                "stats", section: "Containers", "Show what containers use", StatisticsCommand.table,
                perform: StatisticsCommand.perform),
            .command(
                "pause", section: "Containers", "Hold all processes of containers", PauseCommand.table,
                perform: PauseCommand.perform),
            .command(
                "unpause", section: "Containers", "Let the processes of paused containers go on",
                PauseCommand.unpauseTable, perform: PauseCommand.unpause),
            .command(
                "rename", section: "Containers", "Give a container another name", RenameCommand.table,
                perform: RenameCommand.perform),
            .command(
                "update", section: "Containers", "Change the limits of containers", UpdateCommand.table,
                perform: UpdateCommand.perform),
            .command(
                "port", section: "Containers", "List the ports of the host that lead into a container",
                PortCommand.table, perform: PortCommand.perform),
        ]
    }
}
