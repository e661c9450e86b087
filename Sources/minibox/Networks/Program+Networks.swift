// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let section = "Networks"

    /// `minibox network`: what connects containers.
    static var network: Entry<GlobalOptions> {
        .group(
            "network", section: "Groups", "Commands for networks",
            [
                .command(
                    "create", section: section, "Make a network", NetworkCreateCommand.table,
                    perform: NetworkCreateCommand.perform),
                .command(
                    "ls", aliases: ["list"], section: section, "List networks", NetworkListCommand.table,
                    perform: NetworkListCommand.perform),
                .command(
                    "inspect", section: section, "Show all that is known of networks, as JSON or as a picture",
                    NetworkInspectCommand.table, perform: NetworkInspectCommand.perform),
                .command(
                    "rm", aliases: ["remove"], section: section, "Remove networks", NetworkRemoveCommand.table,
                    perform: NetworkRemoveCommand.perform),
                .command(
                    "reload", section: section, "Make the rules of all networks anew", NetworkReloadCommand.table,
                    perform: NetworkReloadCommand.perform),
                .command(
                    "connect", section: section, "Put a container on a network", NetworkConnectCommand.table,
                    perform: NetworkConnectCommand.perform),
                .command(
                    "disconnect", section: section, "Take a container off a network", NetworkDisconnectCommand.table,
                    perform: NetworkDisconnectCommand.perform),
                .command(
                    "prune", section: section, "Remove networks that no container is to be on",
                    NetworkPruneCommand.table, perform: NetworkPruneCommand.perform),
            ])
    }
}
