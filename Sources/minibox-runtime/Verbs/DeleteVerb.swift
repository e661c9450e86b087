// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `delete ID`.
enum DeleteVerb {
    struct Options: Sendable {
        var isForced = false
    }

    static let verb = Verb(
        name: "delete", group: .lifeCycle, words: "ID", count: 1...1,
        summary: "Remove a container that has stopped, or was never started", options: Options(),
        flags: [
            .toggle("force", "f", "Kill it before; one that does not exist is no error") { $0.isForced = $1 }
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let runtime = try session.runtime()
        for note in try runtime.delete(try ContainerID(words[0]), force: options.isForced) { session.log.warn(note) }
        return 0
    }
}
