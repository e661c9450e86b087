// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let section = "Builds"

    /// `minibox build`, and the commands that look back.
    static var build: Entry<GlobalOptions> {
        .command(
            "build", section: "Images", "Build an image from a Dockerfile", BuildCommand.table, below: looks,
            perform: BuildCommand.perform)
    }

    /// The same as a group, as docker has it.
    static var builder: Entry<GlobalOptions> {
        .group(
            "builder", aliases: ["buildx"], section: "Groups", "Commands for builds",
            [build.named("build", section: section)] + looks)
    }

    private static var looks: [Entry<GlobalOptions>] {
        [
            .command(
                "ls", aliases: ["history"], section: section, "List builds, the youngest first", BuildListCommand.table,
                perform: BuildListCommand.perform),
            .command(
                "logs", section: section, "Print all that the steps of a build wrote", BuildLogsCommand.table,
                perform: BuildLogsCommand.perform),
            .command(
                "prune", section: section, "Remove what the build cache alone has", BuildPruneCommand.table,
                perform: BuildPruneCommand.perform),
        ]
    }
}
