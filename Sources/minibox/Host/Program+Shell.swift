// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// The commands that print what the tables say, for a shell and for man.
    static var completion: Entry<GlobalOptions> {
        .command(
            "completion", section: "This program", "Print a script that completes command lines",
            CompletionCommand.table, perform: CompletionCommand.perform)
    }
    static var manual: Entry<GlobalOptions> {
        .command(
            "manual", section: "This program", "Print the manual page of a command", ManualCommand.table,
            perform: ManualCommand.perform)
    }
}
