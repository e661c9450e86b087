// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `delete ID`.
enum DeleteVerb {
    struct Options: Sendable {
        var isForced = false
        var isPattern = false
    }

    static let verb = Verb(
        name: "delete", group: .lifeCycle, words: "ID", count: 1...1,
        summary: "Remove a container that has stopped, or was never started", options: Options(),
        flags: [
            .toggle("force", "f", "Kill it before; one that does not exist is no error") { $0.isForced = $1 },
            .toggle("regex", "r", "Those whose ids match ID, a regular expression") { $0.isPattern = $1 },
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let runtime = try session.runtime()
        for id in try runtime.containers(words[0], isPattern: options.isPattern) {
            for note in try runtime.delete(id, force: options.isForced) { session.log.warn(note) }
        }
        return 0
    }
}
