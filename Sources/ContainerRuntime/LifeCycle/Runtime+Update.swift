// SPDX-License-Identifier: Apache-2.0
public import OCI

extension Runtime {
    /// Changes the limits of a container that has not stopped. What is absent stays as it is.
    /// - Returns: what was ignored, a line each.
    public func update(
        _ id: ContainerID, _ resources: RuntimeConfiguration.Resources
    ) throws(RuntimeError) -> [String] {
        var container = try store.find(id)
        try container.lock()
        guard let state = try container.state(), container.status(of: state) != .stopped else { throw .notRunning }
        guard let path = state.cgroup else { throw .noCgroup }
        do throws(CgroupError) {
            return try Cgroup(opening: path).update(resources)
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }
}
