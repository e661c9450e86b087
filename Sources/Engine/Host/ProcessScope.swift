// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// Where the numbers of processes that are written down mean something: this boot of this machine, and this pid namespace.
///
/// A run directory may outlive both: on a container's own root, or on a volume that the next job's container has too. A
/// number from elsewhere is then somebody else's process here, or nobody's.
enum ProcessScope {
    /// The boot, the pid namespace, and when its process 1 started, since the kernel gives numbers of namespaces again.
    static let current = "\(parts.boot ?? "") \(parts.namespace ?? "") \(parts.start ?? 0)"

    /// The same in a name of a file, `BOOT.NAMESPACE.START` with the first eight letters of the boot; nil where the kernel
    /// does not tell.
    static let name: String? = {
        guard let boot = parts.boot, boot.utf8.count >= 8, let namespace = parts.namespace, let start = parts.start
        else {
            return nil
        }
        return "\(boot.prefix(8)).\(namespace.filter { ("0"..."9").contains($0) }).\(start)"
    }()

    private static let parts: (boot: String?, namespace: String?, start: UInt64?) = {
        let boot = (try? Descriptor.contents(of: "/proc/sys/kernel/random/boot_id")).map {
            String(decoding: $0.prefix(36), as: UTF8.self)
        }
        let namespace = try? Descriptor.open("/proc/self/ns", [.path, .directory]).readLink("pid")
        return (boot, namespace, ProcessTimes.start(of: 1))
    }()
}
