// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

/// `minibox export CONTAINER`.
enum ExportCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var output: String?
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
            ])
    }

    /// Writes the archive. A file is there whole or not at all.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        guard let path = options.output else {
            guard !StandardStream.output.isTerminal else {
                throw EngineError(.invalid, "an archive is nothing for a terminal: name a file with -o, or redirect it")
            }
            try globals.engine.export(options.container, to: try StandardStream.output.duplicate())
            return 0
        }
        let name = FileName(path)
        // By descriptor: the export may leave this process with a root of another kind.
        let directory = try Descriptor.open(
            name.parent.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : "\(name.parent)", [.directory])
        if let status = try? directory.status(of: name.last), status.kind != .regular {
            // A device or a pipe is written to as it is.
            try globals.engine.export(options.container, to: try directory.open(name.last, [.writeOnly]))
            return 0
        }
        let temporary = ".\(name.last).\(CurrentProcess.id)"
        do {
            let file = try directory.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            try globals.engine.export(options.container, to: file)
            try file.close()
            try directory.rename(temporary, to: "\(name.last)")
        } catch {
            try? directory.remove(temporary)
            throw error
        }
        return 0
    }
}
