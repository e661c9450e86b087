// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `run ID`.
enum RunVerb {
    static let verb = Verb(
        name: "run", group: .lifeCycle, words: "ID", count: 1...1,
        summary: "Make a container, run its program to the end, and remove it", options: CreateVerb.Options(),
        flags: CreateVerb.flags + [
            .toggle("detach", "d", "Return as soon as the program runs") { $0.isDetached = $1 },
            .toggle("keep", nil, "Leave the container when its program has ended") { $0.isKept = $1 },
            .toggle("no-subreaper", nil, "Leave orphans of the container to others") { $0.isSubreaper = !$1 },
        ]
    ) { (options, words, session) throws(RuntimeError) in
        var notes: [String] = []
        let code = try session.runtimeForCgroups().run(try options.resolved(id: words[0]), notes: &notes)
        for note in notes { session.log.warn(note) }
        return code
    }
}
