// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// `minibox trace`.
    static var trace: Entry<GlobalOptions> {
        .command(
            "trace", section: "Security", "Show the system calls of a container as they happen",
            TraceCommand.table, perform: TraceCommand.perform)
    }

    /// `minibox audit`.
    static var audit: Entry<GlobalOptions> {
        .command(
            "audit", section: "Security", "Show which walls of a container stand, as the kernel has it",
            AuditCommand.table,
            below: [
                .command(
                    "verify", section: "The log of who did what", "Show whether it is as it was written",
                    AuditVerifyCommand.table, perform: AuditVerifyCommand.perform)
            ], perform: AuditCommand.perform)
    }
}
