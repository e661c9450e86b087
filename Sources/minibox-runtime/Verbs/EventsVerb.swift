// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// `events ID`.
enum EventsVerb {
    struct Options: Sendable {
        var isOnce = false
        var interval: UInt32 = 5000
    }

    static let verb = Verb(
        name: "events", group: .show, words: "ID", count: 1...1,
        summary: "Tell what a container uses, again and again", options: Options(),
        flags: [
            .toggle("stats", nil, "Only once") { $0.isOnce = $1 },
            .value("interval", nil, "TIME", "How often, as 500ms or 1m30s (5s)") { (options, text) throws(UsageError) in
                guard let interval = FlagValue.milliseconds(text) else {
                    throw UsageError("--interval is a time above 1ms, as 500ms or 1m30s, not '\(text)'")
                }
                options.interval = interval
            },
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let id = try ContainerID(words[0])
        let runtime = try session.runtime()
        if options.isOnce {
            try session.show("\(try runtime.statistics(of: id))\n")
        } else {
            try runtime.watch(id, every: options.interval) { (event) throws(RuntimeError) in
                try Session.show("\(event)\n")
            }
        }
        return 0
    }
}
