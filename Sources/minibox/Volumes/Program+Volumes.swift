// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let section = "Volumes"

    /// `minibox volume`: what outlives containers.
    static var volume: Entry<GlobalOptions> {
        .group(
            "volume", section: "Groups", "Commands for volumes",
            [
                .command(
                    "create", section: section, "Make a volume", VolumeCreateCommand.table,
                    perform: VolumeCreateCommand.perform),
                .command(
                    "ls", aliases: ["list"], section: section, "List volumes", VolumeListCommand.table,
                    perform: VolumeListCommand.perform),
                .command(
                    "inspect", section: section, "Show all that is known of volumes, as JSON",
                    VolumeInspectCommand.table, perform: VolumeInspectCommand.perform),
                .command(
                    "rm", aliases: ["remove"], section: section, "Remove volumes", VolumeRemoveCommand.table,
                    perform: VolumeRemoveCommand.perform),
                .command(
                    "prune", section: section, "Remove volumes that no container uses", VolumePruneCommand.table,
                    perform: VolumePruneCommand.perform),
            ])
    }
}
