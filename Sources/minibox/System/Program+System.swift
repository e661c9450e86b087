// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    /// `minibox system`: what is for everything that is kept.
    static var system: Entry<GlobalOptions> {
        .group(
            "system", section: "Groups", "Commands for all that is kept",
            [
                .command(
                    "df", section: "System", "Show how much room images, containers, volumes and the build cache take",
                    SystemUsageCommand.table, perform: SystemUsageCommand.perform),
                .command(
                    "prune", section: "System", "Remove what is not used", SystemPruneCommand.table,
                    perform: SystemPruneCommand.perform),
                .command(
                    "start", section: "System", "Start the containers that ran before the machine went down",
                    SystemStartCommand.table, perform: SystemStartCommand.perform),
                events.named("events", section: "System"), information.named("info", section: "System"),
                .command(
                    "check", section: "System", "Read all of the store again, and say what is damaged",
                    SystemCheckCommand.table, perform: SystemCheckCommand.perform),
            ])
    }
}
