// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// What other runtimes have and this one does not: said so, whatever flags are given.
enum MissingVerb {
    static func verb(_ name: VerbName) -> AnyVerb {
        let what =
            switch name {
            case .checkpoint: "a container cannot be saved by CRIU yet"
            case .restore: "a container cannot be brought back by CRIU yet"
            default: "mounts cannot be changed in a container that runs"
            }
        let reason = "\(name.rawValue) is not supported: \(what)"
        return AnyVerb(name: name.rawValue, group: .missing) { _ in
            { (_: inout Session) throws(RuntimeError) -> Int32 in throw RuntimeError(.unsupported, reason) }
        }
    }
}
