// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

/// `minibox import ROOTFS NAME`.
enum ImportCommand {
    /// What its line says.
    struct Options: Sendable {
        /// A tar archive, a directory, or `-` for an archive on standard input.
        var source = ""
        var name = ""
        /// Lines of a Dockerfile that set the configuration.
        var changes: [String] = []
        var message: String?
        var platform = Platform.current
        var lease: LeaseArgument?
    }

    /// The table of `minibox import`.
    static func table() -> Command<Options> {
        Command(
            "Make an image of a root file system",
            discussion: ["ROOTFS is a tar archive (plain, gzip or zstd), a directory, or - for standard input."],
            options: Options(),
            positionals: [
                .required("ROOTFS", nonEmptyPath) { $0.source = $1 },
                .required("NAME[:TAG]") { $0.name = $1 },
            ],
            flags: [
                .texts("change", short: "c", "INSTRUCTION", "Set its configuration, as in 'CMD [\"/bin/sh\"]'") {
                    $0.changes.append($1)
                }.keeping(.behindEquals),
                .text("message", short: "m", "TEXT", "Say in its history where it comes from") { $0.message = $1 },
                .value("platform", "OS/ARCH", "Say in it which machines its programs are for", Platform.init(parsing:))
                {
                    $0.platform = $1
                },
                LeaseFlag.flag(at: \.lease),
            ])
    }
}
