// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// What other runtimes have and this one does not: said so, whatever flags are given.
enum MissingVerb {
    static let reasons: [(name: String, reason: String)] = [
        ("checkpoint", "checkpoint is not supported: a container cannot be saved by CRIU yet"),
        ("restore", "restore is not supported: a container cannot be brought back by CRIU yet"),
        ("mounts", "mounts is not supported: mounts cannot be changed in a container that runs"),
    ]

    static let verbs: [AnyVerb] = reasons.map { name, reason in
        AnyVerb(name: name, group: .missing) { _ in
            { (_: inout Session) throws(RuntimeError) -> Int32 in throw RuntimeError(.unsupported, reason) }
        }
    }
}
