// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox network reload`.
enum NetworkReloadCommand {
    /// What its line says: nothing.
    struct Options: Sendable {}

    /// The table of `minibox network reload`.
    static func table() -> Command<Options> {
        Command(
            "Make the rules of nf_tables anew that keep containers apart and lead ports to them", options: Options())
    }

    /// Makes them; nothing is printed where it went well.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        try globals.engine.reloadNetworks()
        return 0
    }
}
