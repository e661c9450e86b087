// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox tag IMAGE NAME`.
enum TagCommand {
    /// What its line says.
    struct Options: Sendable {
        var image = ""
        var name = ""
        var lease: LeaseArgument?
    }

    /// The table of `minibox tag`.
    static func table() -> Command<Options> {
        Command(
            "Give an image a further name", options: Options(),
            positionals: [
                .required("IMAGE") { $0.image = $1 },
                .required("NAME[:TAG]") { $0.name = $1 },
            ], flags: [LeaseFlag.flag(at: \.lease)])
    }
}
