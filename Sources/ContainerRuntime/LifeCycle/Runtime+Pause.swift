// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Runtime {
    /// Holds every process of a container. On return none of them runs.
    public func pause(_ id: ContainerID) throws(RuntimeError) {
        try change(id) { (container, state) throws(RuntimeError) in
            switch container.status(of: state) {
            case .running, .created: break
            case .creating, .paused, .stopped: throw .notRunning
            }
            return { (cgroup) throws(CgroupError) in try cgroup.freeze() }
        }
    }

    /// Lets the processes of a paused container go on.
    public func resume(_ id: ContainerID) throws(RuntimeError) {
        try change(id) { (container, state) throws(RuntimeError) in
            guard container.status(of: state) == .paused else { throw .notPaused }
            return { (cgroup) throws(CgroupError) in try cgroup.thaw() }
        }
    }

    private typealias Change = (borrowing Cgroup) throws(CgroupError) -> Void

    private func change(
        _ id: ContainerID,
        _ choose: (borrowing ContainerDirectory, ContainerState) throws(RuntimeError) -> Change
    ) throws(RuntimeError) {
        var container = try store.find(id)
        try container.lock()
        guard let state = try container.state() else { throw .notRunning }
        let change = try choose(container, state)
        guard let path = state.cgroup else { throw RuntimeError.noCgroup }
        do throws(CgroupError) {
            try change(try Cgroup(opening: path))
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }
}
