// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import ContainerRuntime
internal import Engine
internal import Linux
internal import OCI

/// `minibox debug CONTAINER|IMAGE [COMMAND] [ARG...]`.
enum DebugCommand {
    /// What its line says.
    struct Options: Sendable {
        var request = DebugRequest()
        /// nil for where this command has one.
        var hasTerminal: Bool?
        var explanation: RunCommand.Explanation?
        var isDryRun = false
    }

    /// The table of `minibox debug`.
    static func table() -> Command<Options> {
        Command(
            "Run a program of a toolbox in the namespaces of a container, or on the files of an image",
            discussion: [
                "The programs are those of the image that --toolbox or MINIBOX_TOOLBOX names, or else of the first that is "
                    + "here of \(DebugRequest.toolboxes.joined(separator: ", ")). So it works on an image without a "
                    + "shell. What is looked at is at \(DebugRequest.place).",
                "Beside a container that runs it has the container's processes, network, ipc, host name, users and cgroup "
                    + "namespace, and no more rights than the container: the files at \(DebugRequest.place) are those "
                    + "that the container sees. Of one that does not run, which cannot be started meanwhile, and of an "
                    + "image they cannot be written. Nothing is left of the toolbox.",
            ],
            options: Options(),
            positionals: [
                .required("CONTAINER|IMAGE") { $0.request.target = $1 },
                .verbatim("[COMMAND] [ARG...]") { $0.request.command.append($1) },
            ],
            flags: [
                .value("toolbox", "IMAGE", "Take the programs of IMAGE", nonEmptyPath) { $0.request.toolbox = $1 },
                .toggle("tty", short: "t", "Give it a terminal, or with =false none (as this command has one)") {
                    $0.hasTerminal = $1
                },
                .toggle("interactive", short: "i", "Keep standard input open (it is, unless =false)") {
                    $0.request.isInteractive = $1
                },
                .toggle("privileged", "Give it every capability, and no filter") { $0.request.isPrivileged = $1 },
                .list(
                    "env", short: "e", "NAME[=VALUE]", "Set a variable, without =VALUE to what it is here",
                    EnvironmentArgument.init(parsing:)
                ) { $0.request.environment.append($1) }.keeping(.behindEquals),
                .value(
                    "user", short: "u", "USER[:GROUP]", "Run as USER, a name of the toolbox or an id (0)",
                    UserArgument.init(parsing:)
                ) { $0.request.user = $1 },
                .value("workdir", short: "w", "DIR", "Start in DIR", ContainerPath.init(parsing:)) {
                    $0.request.workingDirectory = $1
                },
                .optional(
                    "explain", "text|json", "Print each step, its system call and what it protects from",
                    RunCommand.Explanation.init(parsing:)
                ) { $0.explanation = $1 },
                .toggle("dry-run", "Print the plan and stop there") { $0.isDryRun = $1 },
            ])
    }

    /// Runs the program, and ends as it does.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        var request = options.request
        request.toolbox = request.toolbox ?? Environment.value(of: "MINIBOX_TOOLBOX")
        request.hasTerminal =
            options.hasTerminal
            ?? (request.isInteractive && StandardStream.input.isTerminal && StandardStream.output.isTerminal)
        var run = RunOptions(warn: Minibox.complain)
        run.isDryRun = options.isDryRun
        if let form = options.explanation ?? (options.isDryRun ? .text : nil) {
            let isDryRun = options.isDryRun
            run.showPlan = { plan in
                let text =
                    form == .text
                    ? plan.explanation(times: nil, width: 140)
                    : String(decoding: plan.json(times: nil).bytes(pretty: true), as: UTF8.self) + "\n"
                try? (isDryRun ? StandardStream.output : .error).duplicate().write(text)
            }
        }
        return try globals.engine.debug(request, run)
    }
}
