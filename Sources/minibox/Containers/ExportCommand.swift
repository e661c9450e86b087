// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Builds
internal import Engine
internal import Images

/// `minibox export CONTAINER`.
enum ExportCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var output: String?
        var compression = CompressionFlags()
    }

    /// The table of `minibox export`.
    static func table() -> Command<Options> {
        Command(
            "Write all files of a container as a tar archive",
            discussion: ["What is mounted in it, as volumes, is not part of it."],
            options: Options(), positionals: [.required("CONTAINER") { $0.container = $1 }],
            flags: [
                .value("output", short: "o", "FILE", "Write to FILE, not to standard output", nonEmptyPath) {
                    $0.output = $1
                }
            ] + CompressionFlags.flags("Compress the archive (none)", at: \.compression))
    }

    /// Writes the archive. A file is there whole or not at all.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let compression = try options.compression.chosen() ?? LayerCompression(.uncompressed)
        let engine = try globals.engine
        // All of it before the export, which may leave this process with a root of another kind.
        let output = try OutputFile(options.output.map { .path($0) } ?? .standardOutput, permissions: 0o600)
        guard let compressor = try compression.compressor() else {
            try engine.export(options.container) { bytes throws(ImageError) in try output.write(bytes) }
            try output.finish()
            return 0
        }
        try engine.export(options.container) { bytes throws(ImageError) in
            try compressor.write(bytes) { made throws(ImageError) in try output.write(made) }
        }
        try compressor.finish { made throws(ImageError) in try output.write(made) }
        try output.finish()
        return 0
    }
}
