// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// `kill ID [SIGNAL]`.
enum KillVerb {
    struct Options: Sendable {
        var all = false
        var isPattern = false
    }

    static let verb = Verb(
        name: "kill", group: .lifeCycle, words: "ID [SIGNAL]", count: 1...2,
        summary: "Send a signal (TERM) to the first process of a container", stopsAtFirstWord: true,
        options: Options(),
        flags: [
            .toggle("all", "a", "To all processes of the container") { $0.all = $1 },
            .toggle("regex", "r", "To the containers whose ids match ID, a regular expression") { $0.isPattern = $1 },
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let signal = try Self.signal(words.count > 1 ? words[1] : "TERM")
        let runtime = try session.runtime()
        for id in try runtime.containers(words[0], isPattern: options.isPattern) {
            try runtime.kill(id, with: signal, all: options.all)
        }
        return 0
    }

    /// By number or name, with or without `SIG`; 0 only asks whether there is somebody to get it.
    static func signal(_ text: String) throws(RuntimeError) -> Signal {
        if text == "0" { return Signal(rawValue: 0) }
        guard let signal = Signal(parsing: text) else {
            throw RuntimeError(
                .invalid, "unknown signal \"\(text)\"",
                RuntimeError.Details(hint: "write a number from 0 to 64, or a name as TERM or SIGTERM"))
        }
        return signal
    }
}
