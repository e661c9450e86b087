// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// What becomes of a bundle's device rules where the container has no cgroup, which is what asks the filter.
    ///
    /// Root with CAP_MKNOD, which engines give by default, could then make the node of a disk of the host's and read it: that
    /// is refused. It is said and no more where nobody can do that, in a user namespace, and where the caller has asked for
    /// no cgroups.
    /// - Returns: what is to be said; nil where the rules forbid nothing, or are asked.
    func noteOfDevices(
        _ description: RuntimeConfiguration, _ configuration: ContainerConfiguration
    ) throws(RuntimeError) -> String? {
        let forbids = description.linux.resources?.devices.contains { !$0.allow } ?? false
        guard configuration.cgroup.path == nil, forbids else { return nil }
        guard cgroups == .disabled || configuration.namespaces.all.contains(.user) || CurrentProcess.isInUserNamespace
        else {
            throw RuntimeError(
                .unsupported,
                "linux.resources.devices: without a cgroup nothing keeps the container from the host's devices, and no "
                    + "cgroup v2 tree is mounted here that can be written",
                RuntimeError.Details(
                    phase: "plan",
                    hint: "mount one on /sys/fs/cgroup, or give the container a user namespace, or take the risk with "
                        + "--cgroup-manager disabled"))
        }
        return "linux.resources.devices is left aside: the container has no cgroup that would ask a device filter"
    }
}
