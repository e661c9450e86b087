// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Where the numbers of processes that are written down mean something: this boot of this machine, and this pid namespace.
///
/// A run directory may outlive both: on a container's own root, or on a volume that the next job's container has too. A
/// number from elsewhere is then somebody else's process here, or nobody's.
enum ProcessScope {
    /// The boot, the pid namespace, and when its process 1 started, since the kernel gives numbers of namespaces again.
    static let current: String = {
        let boot = (try? Descriptor.contents(of: "/proc/sys/kernel/random/boot_id")).map {
            String(decoding: $0.prefix(36), as: UTF8.self)
        }
        let namespace = try? Descriptor.open("/proc/self/ns", [.path, .directory]).readLink("pid")
        return "\(boot ?? "") \(namespace ?? "") \(ProcessTimes.start(of: 1) ?? 0)"
    }()
}
