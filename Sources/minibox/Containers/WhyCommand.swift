// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import OCI

/// `minibox why CONTAINER`.
enum WhyCommand {
    /// What its line says.
    struct Options: Sendable {
        var container = ""
        var format = WhyFormat.text
    }

    /// The table of `minibox why`.
    static func table() -> Command<Options> {
        Command(
            "Say why a container ended, or what it does, and how it started",
            discussion: [
                "The exit code and what it means, the signal and who sent it, the figures where memory ran out, a program "
                    + "that cannot be executed and why, the last answers about its health, its restarts, and how long "
                    + "each phase of its start took. What is not known is not guessed."
            ],
            options: Options(), positionals: [.required("CONTAINER") { $0.container = $1 }],
            flags: [
                .value("format", "text|json", "Print sentences, or JSON", WhyFormat.init(parsing:)) { $0.format = $1 }
            ])
    }

    /// Prints the account.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let account = try globals.engine.account(of: options.container)
        switch options.format {
        case .json:
            try Minibox.show(String(decoding: account.json.bytes(pretty: true), as: UTF8.self) + "\n")
        case .text:
            var text = cell(account.headline) + "\n"
            for section in account.sections {
                text += "\n\(section.title)\n"
                for line in section.lines { text += "  \(Self.line(line))\n" }
            }
            try Minibox.show(text)
        }
        return 0
    }

    /// In one line, without what a terminal would obey, and with its columns left as they are.
    private static func line(_ text: String) -> String {
        String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    }
}

/// How an account is printed.
enum WhyFormat: String, Sendable {
    case text, json

    /// Reads one of the words.
    init(parsing text: String) throws(SyntaxError) {
        guard let format = WhyFormat(rawValue: text) else {
            throw SyntaxError(text, "is no format", "write text or json")
        }
        self = format
    }
}
