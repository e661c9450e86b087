// SPDX-License-Identifier: Apache-2.0
internal import Arguments

/// The flags before a command's name.
struct GlobalOptions: Sendable {
    /// Where images and containers are kept; nil for `MINIBOX_ROOT`, or else `/var/lib/minibox`.
    var root: String?
    /// Where the state of what runs is kept; nil for `MINIBOX_RUN_ROOT`, or else `/run/minibox`.
    var runRoot: String?

    /// The table of these flags.
    static let table = Command<GlobalOptions>(
        "Run containers, and show what isolates them", options: GlobalOptions(),
        flags: [
            .value("root", "DIR", "Keep images and containers in DIR (/var/lib/minibox)", absolutePath) {
                $0.root = $1
            },
            .value("run-root", "DIR", "Keep the state of what runs in DIR (/run/minibox)", absolutePath) {
                $0.runRoot = $1
            },
        ])
}
