// SPDX-License-Identifier: Apache-2.0
import Arguments

/// A small `run`, with one flag of each kind.
struct BoxOptions: Equatable, Sendable {
    var remove = false
    var interactive = false
    var terminal = false
    var initialise = false
    var readOnly = false
    var environment: [String] = []
    var memory: Int?
    var name: String?
    var hostname: String?
    var network: String?
    var explain: Explanation?
    var secret = false
    var image = ""
    var command: [String] = []
}

enum Explanation: String, Equatable, Sendable {
    case text, json
}

struct NotANumber: Error, CustomStringConvertible {
    let word: String
    var description: String { "'\(word)' is not a number: write digits" }
}

struct NotAForm: Error, CustomStringConvertible {
    let description = "write text or json"
}

func number(_ word: String) throws(NotANumber) -> Int {
    guard let value = Int(word) else { throw NotANumber(word: word) }
    return value
}

let boxTable = Command<BoxOptions>(
    "Create and run a new container from an image", options: BoxOptions(),
    positionals: [
        .required("IMAGE") { $0.image = $1 },
        .verbatim("[COMMAND] [ARG...]") { $0.command.append($1) },
    ],
    groups: [
        FlagGroup(
            "Life",
            [
                .toggle("rm", "Remove the container when it exits") { $0.remove = $1 },
                .toggle("init", "Run a small init as process 1") { $0.initialise = $1 },
                .toggle("interactive", short: "i", "Keep standard input open") { $0.interactive = $1 },
                .toggle("tty", short: "t", "Allocate a terminal") { $0.terminal = $1 },
                .text("name", "NAME", "Call the container NAME") { $0.name = $1 },
                .text("hostname", short: "h", "NAME", "Host name inside") { $0.hostname = $1 },
                .text("network", aliases: ["net"], "none|host", "Network to join") { $0.network = $1 },
            ]),
        FlagGroup(
            "Limits",
            [
                .toggle("read-only", "Mount the root file system read-only") { $0.readOnly = $1 },
                .texts("env", short: "e", "KEY=VALUE", "Set an environment variable") { $0.environment.append($1) },
                .value("memory", short: "m", "BYTES", "Memory limit", number) { $0.memory = $1 },
                .optional("explain", "text|json", "Print each step") { word throws(NotAForm) -> Explanation in
                    guard let word else { return .text }
                    guard let form = Explanation(rawValue: word) else { throw NotAForm() }
                    return form
                } set: {
                    $0.explain = $1
                },
                .toggle("secret", "For tests", hidden: true) { $0.secret = $1 },
            ]),
    ])

/// What the line after `minibox run` was read as; nil for help.
func read(_ words: String...) throws(ArgumentsError) -> BoxOptions? {
    switch try boxTable.parse(words, path: "minibox run") {
    case .help: nil
    case .options(let options): options
    }
}

/// The message of the error that the line gives.
func message(_ words: String...) -> String? {
    do {
        _ = try boxTable.parse(words, path: "minibox run")
        return nil
    } catch { return "\(error)" }
}
