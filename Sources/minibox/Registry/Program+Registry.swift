// SPDX-License-Identifier: Apache-2.0
internal import Arguments

extension Program<GlobalOptions> {
    private static let images = "Images"
    private static let registries = "Registries"

    static var pull: Entry<GlobalOptions> {
        .command(
            "pull", section: images, "Take images from registries", PullCommand.table, perform: PullCommand.perform)
    }
    static var push: Entry<GlobalOptions> {
        .command(
            "push", section: images, "Send images to registries", PushCommand.table, perform: PushCommand.perform)
    }
    static var login: Entry<GlobalOptions> {
        .command(
            "login", section: registries, "Log in to a registry", LoginCommand.table, perform: LoginCommand.perform)
    }
    static var logout: Entry<GlobalOptions> {
        .command(
            "logout", section: registries, "Forget who asks a registry", LogoutCommand.table,
            perform: LogoutCommand.perform)
    }
    static var search: Entry<GlobalOptions> {
        .command(
            "search", section: registries, "Search a registry for images", RegistryQuestions.searchTable,
            perform: RegistryQuestions.search)
    }
    static var registry: Entry<GlobalOptions> {
        .group(
            "registry", section: "Groups", "Commands for what is in registries",
            [
                .command(
                    "tags", section: registries, "List the tags of a repository", RegistryQuestions.tagsTable,
                    perform: RegistryQuestions.tags),
                .command(
                    "referrers", section: registries, "List what refers to an image of a registry",
                    RegistryQuestions.referrersTable, perform: RegistryQuestions.referrers),
                .command(
                    "rm", section: registries, "Remove an image from its registry", RegistryQuestions.removeTable,
                    perform: RegistryQuestions.remove),
                login, logout, search,
            ])
    }
}
