// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import Linux

/// `minibox lab shell EXERCISE [ARM] [COMMAND...]`.
enum LabShellCommand {
    /// What its line says.
    struct Options: Sendable {
        var exercise = ""
        var command: [String] = []
    }

    /// The table of `minibox lab shell`.
    static func table() -> Command<Options> {
        Command(
            "Open a shell in the lab host of an exercise, or run a command there",
            discussion: [
                "With an ARM before COMMAND (weak, default, hardened) it is in a container of that host, of the image "
                    + "lab/box with the flags of the arm."
            ], options: Options(),
            positionals: [
                .required("EXERCISE") { $0.exercise = $1 }, .verbatim("[ARM] [COMMAND...]") { $0.command.append($1) },
            ])
    }

    /// Runs the command; without one a shell, which needs a terminal.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let exercise = try Catalog.find().find(options.exercise)
        try exercise.requireShells()
        let host = try LabHost.running(exercise, in: globals.labPlaces)
        var command = options.command
        func keep(_ words: [String]) throws(LabError) {
            guard host.state?.keepsTyped ?? false else { return }
            let line = TypedLine(time: Clock.wall.seconds, text: words.joined(separator: " "))
            try TypedLog.add([line], to: exercise, in: globals.labPlaces)
        }
        if let name = command.first, let arm = try exercise.arm(called: name) {
            command.removeFirst()
            if command.isEmpty {
                try keep(arm.shell(isOnTerminal: true))
                return try open(host, arm.shell(isOnTerminal: true) + ["/bin/sh"])
            }
            command = arm.shell(isOnTerminal: false) + command
        }
        if command.isEmpty { return try open(host, host.shell) }
        try keep(command)
        let result = try host.run(command, environment: [], seconds: 600)
        try StandardStream.output.duplicate().write(result.output)
        try StandardStream.error.duplicate().write(result.error)
        return result.status.code
    }

    /// Opens a shell on this terminal, in the lab host or where `words` lead: its words.
    static func open(_ host: LabHost, _ words: [String]) throws -> Int32 {
        guard StandardStream.input.isTerminal else {
            throw LabError(.invalid, "a shell needs a terminal: write the command that is to run")
        }
        return try host.openShell(words)
    }
}

extension Exercise {
    /// Of one about the kernel that all share nobody gets a shell.
    func requireShells() throws(LabError) {
        guard realm == .host else {
            throw LabError(
                .invalid,
                "\(name) is about the kernel that all share: nobody gets a shell for it; "
                    + "'minibox lab check \(label)' runs its probes")
        }
    }

    /// The arm of that name; nil where the word is none of an arm.
    fileprivate func arm(called name: String) throws(LabError) -> Arm? {
        let arm: Arm
        switch name {
        case "weak": arm = weak
        case "default": arm = standard
        case "hardened":
            guard let hardened else { throw LabError(.invalid, "\(self.name) has no hardened arm: weak and default") }
            arm = hardened
        default: return nil
        }
        // The words of others are for their attack: another runtime, a network's option.
        if let word = arm.flags.first, !word.hasPrefix("-") {
            throw LabError(
                .invalid,
                "the \(name) arm of \(self.name) is no flags of run: 'minibox lab shell \(label)' opens a shell in its lab host"
            )
        }
        return arm
    }
}

extension Exercise.Arm {
    /// The words that run a program in a container with its flags.
    fileprivate func shell(isOnTerminal: Bool) -> [String] {
        ["minibox", "run", "--rm"] + (isOnTerminal ? ["-it"] : []) + flags + ["lab/box"]
    }
}
