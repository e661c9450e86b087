// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `start ID`.
enum StartVerb {
    static let verb = Verb<NoOptions>.onContainer("start", .lifeCycle, "Run the program of a created container") {
        (id, session) throws(RuntimeError) in try session.runtime().start(id)
    }
}
