// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

extension Verb where Options == NoOptions {
    /// A command that takes the id of a container and no flags.
    static func onContainer(
        _ name: String, _ group: VerbGroup, _ summary: String,
        perform: @escaping @Sendable (ContainerID, inout Session) throws(RuntimeError) -> Void
    ) -> Verb {
        Verb(
            name: name, group: group, words: "ID", count: 1...1, summary: summary, options: NoOptions(), flags: []
        ) { (_, words, session) throws(RuntimeError) in
            try perform(try ContainerID(words[0]), &session)
            return 0
        }
    }
}

/// Of a command without flags.
struct NoOptions: Sendable {}
