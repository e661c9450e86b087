// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import Images
internal import OCI

/// `minibox save IMAGE...`, which is `minibox image save`.
enum SaveCommand {
    /// What its line says.
    struct Options: Sendable {
        var images: [String] = []
        /// nil for standard output.
        var output: String?
        var format = SaveFormat.docker
        var compression = CompressionFlags()
        var platform: Platform?
    }

    /// The table of `minibox save`.
    static func table() -> Command<Options> {
        Command(
            "Write images to an archive or a layout",
            discussion: [
                "A name without a tag stands for all images of that name. An archive is there whole or not at all, and so is "
                    + "each image of a directory."
            ],
            options: Options(), positionals: [.oneOrMore("IMAGE") { $0.images.append($1) }],
            flags: [
                .value("output", short: "o", "FILE", "Write to FILE, and not to standard output", nonEmptyPath) {
                    $0.output = $1
                },
                .value(
                    "format", "docker-archive|oci-archive|oci-dir", "What is written (docker-archive)",
                    SaveFormat.init(parsing:)
                ) { $0.format = $1 },
                .value("platform", "OS/ARCH", "Only images for this machine", Platform.init(parsing:)) {
                    $0.platform = $1
                },
            ] + CompressionFlags.flags("Write all layers so; without it, each as the store has it", at: \.compression))
    }

    /// Writes them.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        engine.recover()
        let compression = try options.compression.chosen()
        let store = try engine.images()
        var names: [String] = []
        var lists: [ListExport] = []
        for text in options.images {
            if let name = try? ImageReference(text), let list = try store.imageList(name) {
                lists.append(ListExport(store: store, list: list, platform: options.platform))
            } else {
                names.append(text)
            }
        }
        let images = try store.imagesToSave(names, for: options.platform)
        try ImageExport.save(
            images, lists: lists, as: options.format, to: options.output.map { .path($0) } ?? .standardOutput,
            ImageOptions(compression: compression))
        for image in images {
            engine.record(event: .image(id: "\(image.image.id)", action: "save"))
        }
        return 0
    }
}

extension SaveFormat {
    fileprivate init(parsing text: String) throws(SyntaxError) {
        guard let format = SaveFormat(rawValue: text) else {
            throw SyntaxError(text, "is no form of an archive", "write docker-archive, oci-archive or oci-dir")
        }
        self = format
    }
}
