// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let section = "Manifests"

    /// `minibox manifest`: documents of images, and images for several machines.
    static var manifest: Entry<GlobalOptions> {
        .group(
            "manifest", section: "Groups", "Commands for manifests, and for images for several machines",
            [
                .command(
                    "inspect", section: section, "Show the manifest of an image, or the index of a list",
                    ManifestCommand.inspectTable, perform: ManifestCommand.inspect),
                .command(
                    "create", section: section, "Make a list of images for several machines",
                    ManifestCommand.createTable, perform: ManifestCommand.create),
                .command(
                    "add", section: section, "Add images to a list", ManifestCommand.addTable,
                    perform: ManifestCommand.add),
                .command(
                    "annotate", section: section, "Say of an image in a list which machines it is for",
                    ManifestCommand.annotateTable, perform: ManifestCommand.annotate),
                .command(
                    "push", section: section, "Send a list and its images to a registry", ManifestPushCommand.table,
                    perform: ManifestPushCommand.perform),
                .command(
                    "remove", section: section, "Take images out of a list", ManifestCommand.removeTable,
                    perform: ManifestCommand.remove),
                .command(
                    "rm", section: section, "Remove lists", ManifestCommand.removeListsTable,
                    perform: ManifestCommand.removeLists),
            ])
    }
}
