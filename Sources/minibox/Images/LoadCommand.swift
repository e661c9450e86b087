// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox load`, which is `minibox image load`.
enum LoadCommand {
    /// What its line says.
    struct Options: Sendable {
        /// nil for standard input.
        var input: String?
        var isQuiet = false
        var platform: Platform?
        var lease: LeaseArgument?
        var layers = LayerSetting()
    }

    /// The table of `minibox load`.
    static func table() -> Command<Options> {
        Command(
            "Take images from an archive or a layout",
            discussion: [
                "Reads what 'save', docker, podman, skopeo and buildx write: docker's archives and OCI layouts, as tar "
                    + "(plain, gzip, zstd, xz or bzip2) or as a directory. All of it is proven before any of it is there."
            ],
            options: Options(),
            flags: [
                .value("input", short: "i", "FILE", "Read FILE, and not standard input", nonEmptyPath) {
                    $0.input = $1
                },
                .toggle("quiet", short: "q", "Do not say how far it is") { $0.isQuiet = $1 },
                .value("platform", "OS/ARCH", "Take only images for this machine", Platform.init(parsing:)) {
                    $0.platform = $1
                },
                LeaseFlag.flag(at: \.lease),
            ] + LayerFlags.flags(at: \.layers))
    }

    /// Takes them, and prints their names, or their ids where they have none.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        if options.input == nil, StandardStream.input.isTerminal {
            throw EngineError(.invalid, "load reads an archive, and the input is a terminal: write --input FILE")
        }
        let engine = try globals.engine(under: options.lease)
        engine.recover()
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let shows = !options.isQuiet && StandardStream.error.isTerminal
        func say(_ text: String) { try? StandardStream.error.duplicate().write("\r\u{1B}[K" + text) }
        let source: ImportSource = options.input.map { .path($0) } ?? .standardInput
        let loaded = try engine.images().load(from: source, for: options.platform, options.layers) {
            layer, number, count in
            if shows { say("layer \(number) of \(count): \(layer.short)") }
        }
        if shows { say("") }
        for image in loaded {
            for name in image.names {
                engine.record(
                    event: .image(id: "\(image.id)", action: "load", attributes: ["name": name.familiar]),
                    as: "load")
                try Minibox.show("Loaded image: \(name.familiar)\n")
            }
            if image.names.isEmpty {
                engine.record(event: .image(id: "\(image.id)", action: "load"), as: "load")
                try Minibox.show("Loaded image ID: \(image.id)\n")
            }
        }
        return 0
    }
}
