// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

/// `minibox volume inspect`.
enum VolumeInspectCommand {
    /// What its line says.
    struct Options: Sendable {
        var volumes: [String] = []
    }

    /// The table of `minibox volume inspect`.
    static func table() -> Command<Options> {
        Command(
            "Show all that is known of volumes, as JSON", options: Options(),
            positionals: [.oneOrMore("VOLUME") { $0.volumes.append($1) }])
    }

    /// Prints one array of all that was named.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var found: [JSON] = []
        var code: Int32 = 0
        for name in options.volumes {
            do {
                found.append(try globals.engine.volume(name).inspection)
            } catch {
                Minibox.complain("\(error)")
                code = 1
            }
        }
        try Minibox.show(String(decoding: JSON.array(found).bytes(pretty: true), as: UTF8.self) + "\n")
        return code
    }
}
