// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox exec CONTAINER COMMAND [ARG...]`.
enum ExecCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        /// Never empty.
        var command: [String] = []
        var isDetached = false
        var isPrivileged = false
        var isInteractive = false
        var hasTerminal = false
        var environment: [EnvironmentArgument] = []
        var environmentFiles: [String] = []
        var user: UserArgument?
        var workingDirectory: ContainerPath?
        var program: String?
        var detachKeys: DetachKeys?
    }

    /// The table of `minibox exec`.
    static func table() -> Command<Options> {
        Command(
            "Run a command in a container that runs",
            discussion: ["Flags end at CONTAINER: every word after COMMAND belongs to it."],
            options: Options(),
            positionals: [
                .required("CONTAINER") { $0.container = $1 },
                .required("COMMAND") { $0.command.append($1) },
                .verbatim("[ARG...]") { $0.command.append($1) },
            ],
            flags: [
                .toggle("detach", short: "d", "Do not wait for it, and leave its output alone") { $0.isDetached = $1 },
                .toggle("privileged", "Give it every capability, and no filter") { $0.isPrivileged = $1 },
                .toggle("interactive", short: "i", "Keep standard input open") { $0.isInteractive = $1 },
                .toggle("tty", short: "t", "Give it a terminal") { $0.hasTerminal = $1 },
                .list(
                    "env", short: "e", "NAME[=VALUE]", "Set a variable, without =VALUE to what it is here",
                    EnvironmentArgument.init(parsing:)
                ) { $0.environment.append($1) }.keeping(.behindEquals),
                .list("env-file", "FILE", "Set the variables that the lines of FILE name", nonEmptyPath) {
                    $0.environmentFiles.append($1)
                },
                .value(
                    "user", short: "u", "USER[:GROUP]", "Run as USER, a name of the image or an id",
                    UserArgument.init(parsing:)
                ) { $0.user = $1 },
                .value("workdir", short: "w", "DIR", "Start in DIR", ContainerPath.init(parsing:)) {
                    $0.workingDirectory = $1
                },
                .value(
                    "program", "FILE", "Run this static program of the host's, as COMMAND", nonEmptyPath
                ) { $0.program = $1 },
                .value(
                    "detach-keys", "KEYS", "The keys that leave it running, with -it (ctrl-p,ctrl-q)",
                    DetachKeys.init(parsing:)
                ) { $0.detachKeys = $1 },
            ])
    }
}
