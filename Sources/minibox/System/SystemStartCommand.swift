// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox system start`: what a machine does after its boot.
enum SystemStartCommand {
    /// What its line says.
    struct Options: Sendable {}

    /// The table of `minibox system start`.
    static func table() -> Command<Options> {
        Command(
            "Start the containers that ran before the machine went down",
            discussion: [
                "Those with --restart always, and those with --restart unless-stopped that nobody stopped. "
                    + "docs/guide/systemd has a unit that does this at boot."
            ],
            options: Options())
    }

    /// Starts them, and prints the name of each.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let isWhole = try globals.engine.startAfterBoot(RunOptions(warn: Minibox.complain)) { name, failure in
            if let failure {
                Minibox.complain("cannot start \(name): \(failure)")
            } else {
                try? Minibox.show(name + "\n")
            }
        }
        return isWhole ? 0 : 1
    }
}
