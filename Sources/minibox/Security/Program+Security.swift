// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// `minibox audit`.
    static var audit: Entry<GlobalOptions> {
        .command(
            "audit", section: "Security", "Show which walls of a container stand, as the kernel has it",
            AuditCommand.table, perform: AuditCommand.perform)
    }
}
