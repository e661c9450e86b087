// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// `minibox completion bash|zsh|fish` and `minibox manual [COMMAND...]`: what the tables say, for other programs.
enum CompletionCommand {
    /// A shell that has a script.
    enum Shell: String, Sendable {
        case bash, zsh, fish

        /// Reads the shell's name.
        init(parsing text: String) throws(SyntaxError) {
            guard let shell = Shell(rawValue: text) else {
                throw SyntaxError(text, "is no shell that has a script", "write bash, zsh or fish")
            }
            self = shell
        }
    }

    /// What its line says.
    struct Options: Sendable {
        var shell = Shell.bash
    }

    /// The table of `minibox completion`.
    static func table() -> Command<Options> {
        Command(
            "Print a script that completes command lines",
            discussion: [
                "Load it with: source <(minibox completion bash), or in fish: minibox completion fish | source",
                "It asks the program itself what fits, so names of containers, images and volumes are those of the moment.",
            ],
            options: Options(), positionals: [.required("bash|zsh|fish", Shell.init(parsing:)) { $0.shell = $1 }])
    }

    /// Prints the script.
    static func perform(_ options: Options, _: GlobalOptions) throws -> Int32 {
        let program = Program<GlobalOptions>.minibox
        let script =
            switch options.shell {
            case .bash: program.bashCompletion
            case .zsh: program.zshCompletion
            case .fish: program.fishCompletion
            }
        try Minibox.show(script)
        return 0
    }
}

/// `minibox manual [COMMAND...]`.
enum ManualCommand {
    /// What its line says.
    struct Options: Sendable {
        /// Empty for the program itself.
        var words: [String] = []
    }

    /// The table of `minibox manual`.
    static func table() -> Command<Options> {
        Command(
            "Print the manual page of a command, for man",
            discussion: ["Read it with: minibox manual run | man -l -"],
            options: Options(), positionals: [.anyNumber("COMMAND") { $0.words.append($1) }])
    }

    /// Prints the page.
    static func perform(_ options: Options, _: GlobalOptions) throws -> Int32 {
        try Minibox.show(try Program<GlobalOptions>.minibox.manualPage(for: options.words))
        return 0
    }
}
