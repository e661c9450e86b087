// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// A container that another one shares namespaces with, and which of them.
struct Joining: Hashable, Sendable {
    var container: JoinedContainer
    var kinds: Namespaces

    /// With the user namespace, where the joining container takes on the users of the other.
    func namespaces(_ users: UserNamespaceChoice) -> JoinedNamespaces {
        var all = kinds
        if case .joined(.some) = users { all.insert(.user) }
        return JoinedNamespaces(kinds: all, process: container.process, name: container.name)
    }
}

extension Engine {
    /// The containers that `container:NAME` in the request means; each has to run.
    func joinedContainers(
        of request: ContainerRequest, looksInside: Bool = false
    ) throws(EngineError) -> [Joining] {
        var result: [Joining] = []
        for (mode, kind) in [
            (request.network, Namespaces.network), (request.pid, .pid), (request.ipc, .ipc), (request.uts, .uts),
            (request.cgroupNamespace, .cgroup),
        ] {
            guard case .container(let name) = mode else { continue }
            let (record, process) = try running(name)
            if kind == .ipc, !looksInside, ContainerDetails(record.details)?.sharesMessages == false {
                throw EngineError(
                    .invalid,
                    "the container \(record.name) does not share its ipc namespace: start it with --ipc shareable")
            }
            if let index = result.firstIndex(where: { $0.container.process == process }) {
                result[index].kinds.insert(kind)
                continue
            }
            let map = ContainerDetails(record.details)?.idMap
            result.append(
                Joining(container: JoinedContainer(name: record.name, process: process, idMap: map), kinds: kind))
        }
        return result
    }

    /// The container that `name` means and its first process, which is made sure to be the one that was started.
    func running(_ name: String) throws(EngineError) -> (ContainerRecord, Int32) {
        let record = try containers.find(name)
        guard case .running(let process, let startTime, _) = record.state,
            ProcessTimes.start(of: process) == startTime
        else {
            throw EngineError(.notRunning, "the container \(record.name) is not running")
        }
        return (record, process)
    }
}
