// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// `pause ID`.
enum PauseVerb {
    static let verb = Verb<NoOptions>.onContainer("pause", .inside, "Hold every process of a container") {
        (id, session) throws(RuntimeError) in try session.runtime().pause(id)
    }
}

/// `resume ID`.
enum ResumeVerb {
    static let verb = Verb<NoOptions>.onContainer("resume", .inside, "Let the processes of a container go on") {
        (id, session) throws(RuntimeError) in try session.runtime().resume(id)
    }
}
