// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// The commands that look at a container and at its files, which have the same names below `container`.
    static var looking: [Entry<GlobalOptions>] {
        [
            .command(
                "logs", section: "Containers", "Print what a container has written", LogsCommand.table,
                perform: LogsCommand.perform)
        ]
    }
}
