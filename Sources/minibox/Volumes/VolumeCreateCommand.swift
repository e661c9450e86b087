// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox volume create`.
enum VolumeCreateCommand {
    /// What its line says.
    struct Options: Sendable {
        var name: String?
        var labels: [LabelArgument] = []
        var options: [VolumeOption] = []
        var lease: LeaseArgument?
    }

    /// The table of `minibox volume create`.
    static func table() -> Command<Options> {
        Command(
            "Make a volume",
            discussion: [
                "One of that name that is there already is left as it is.",
                "What --opt names is mounted in each container that uses the volume, not on the host: a directory with "
                    + "--opt o=bind --opt device=DIR, or a file system with --opt type=TYPE --opt device=DEVICE. A tmpfs "
                    + "is each container's own.",
            ],
            options: Options(), positionals: [.optional("NAME") { $0.name = $1 }],
            flags: [
                .value("driver", short: "d", "local", "Kind of volume (local)", localDriver) { _, _ in },
                .list("label", "KEY[=VALUE]", "Keep a word about it", LabelArgument.init(parsing:)) {
                    $0.labels.append($1)
                },
                .list(
                    "opt", short: "o", "KEY=VALUE", "What to mount: type=, o= and device=, as mount(8) has them",
                    VolumeOption.init(parsing:)
                ) { $0.options.append($1) },
                LeaseFlag.flag(at: \.lease),
                .text("name", "NAME", "Call it NAME", hidden: true) { $0.name = $1 },
            ])
    }

    /// Makes it, and prints its name.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try options.name.map(VolumeName.init(parsing:))
        let volume = try globals.engine(under: options.lease).createVolume(
            name, labels: options.labels, options: options.options)
        try Minibox.show(volume.name + "\n")
        return 0
    }
}

/// Reads the name of a driver: there is one.
func localDriver(_ text: String) throws(SyntaxError) -> String {
    guard text == "local" else { throw SyntaxError(text, "is no driver of volumes here", "write local") }
    return text
}
