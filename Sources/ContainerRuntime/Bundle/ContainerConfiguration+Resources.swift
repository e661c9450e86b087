// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension CgroupConfiguration {
    /// The cgroup of a container that a bundle describes: `linux.resources`, and whose it is.
    init(path: String?, _ description: RuntimeConfiguration) throws(RuntimeError) {
        self.init(path: path)
        hasEveryController = true
        takesExisting = true
        isDelegated = description.sharesOutItsCgroup
        do throws(CgroupError) {
            let resources = try ResourceSettings(description.linux.resources ?? RuntimeConfiguration.Resources())
            settings = resources.settings
            notes = resources.notes.map { "linux.resources.\($0)" }
        } catch {
            throw .configuration("linux.resources", "\(error)")
        }
    }
}

extension RuntimeConfiguration {
    /// Whether the container's root can write to its cgroup: config-linux.md, "Cgroup ownership".
    fileprivate var sharesOutItsCgroup: Bool {
        let hasOwn = linux.namespaces.contains { $0.type == .cgroup && $0.path == nil }
        let last = mounts.last { $0.destination == "/sys/fs/cgroup" }
        guard hasOwn, let last, last.type == "cgroup" || last.type == "cgroup2" else { return false }
        return last.options.last { ["ro", "rw", "rro", "rrw"].contains($0) }.map { $0.hasSuffix("w") } ?? true
    }
}

extension RuntimeConfiguration.LinuxConfiguration {
    /// What the container may do with devices.
    func deviceRules() throws(RuntimeError) -> [DeviceRule] {
        do throws(CgroupError) {
            return try ContainerDevices.rules(resources?.devices ?? [])
        } catch {
            throw .configuration("linux.resources", "\(error)")
        }
    }
}
