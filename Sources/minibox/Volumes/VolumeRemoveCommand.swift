// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox volume rm`.
enum VolumeRemoveCommand {
    /// What its line says.
    struct Options: Sendable {
        var volumes: [String] = []
        var isForced = false
    }

    /// The table of `minibox volume rm`.
    static func table() -> Command<Options> {
        Command(
            "Remove volumes", discussion: ["One that a container uses, whether it runs or not, is not removed."],
            options: Options(), positionals: [.oneOrMore("VOLUME") { $0.volumes.append($1) }],
            flags: [.toggle("force", short: "f", "Do not mind those that are not there") { $0.isForced = $1 }])
    }

    /// Removes each that is named; one that cannot be removed does not keep the others.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var code: Int32 = 0
        for name in options.volumes {
            do throws(EngineError) {
                try globals.engine.removeVolume(name)
            } catch {
                if options.isForced, error.code == .unknownVolume { continue }
                Minibox.complain("\(error)")
                code = 1
                continue
            }
            try Minibox.show(name + "\n")
        }
        return code
    }
}
