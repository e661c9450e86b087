// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Runtime {
    /// The processes of a container that runs, as the host numbers them, in that order.
    public func processes(of id: ContainerID) throws(RuntimeError) -> [Int32] {
        let container = try store.find(id)
        guard let state = try container.state(), container.status(of: state) != .stopped else { throw .notRunning }
        guard let path = state.cgroup else {
            throw RuntimeError(
                .noCgroup, RuntimeError.noCgroup.message,
                RuntimeError.Details(hint: "the container was made without one, so that nothing lists its processes"))
        }
        do throws(CgroupError) {
            return try Cgroup(opening: path).processes().sorted()
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }
}
