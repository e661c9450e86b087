// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let section = "Images"

    static var pull: Entry<GlobalOptions> {
        .command(
            "pull", section: section, "Take images from registries", PullCommand.table, perform: PullCommand.perform)
    }
}
