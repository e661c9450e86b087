// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Doctor {
    /// The cgroup2 tree, each controller, and what every cgroup has, tried in one that goes again.
    var cgroups: [Finding] {
        guard let tree = try? CgroupTree.find() else {
            return [
                Finding(
                    "cgroup v2", .degraded, "none is mounted that can be written",
                    costs: "no limits, no device filter, and a container's processes are found only by its namespace",
                    remedy: "mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified, or boot with "
                        + "systemd.unified_cgroup_hierarchy=1; in a container of another engine, give it --privileged and "
                        + "--cgroupns private, and no read-only /sys/fs/cgroup")
            ]
        }
        return [Finding("cgroup v2", "\(tree.mount), containers in \(tree.parent)")]
            + Self.controllers.map { Self.controller($0.0, flags: $0.1, in: tree) } + members(of: tree)
    }

    /// The controllers, and the flags that need them.
    private static let controllers: [(String, String)] = [
        ("memory", "--memory, --memory-swap, --memory-reservation"), ("cpu", "--cpus, --cpu-shares"),
        ("pids", "--pids-limit"),
        ("io", "--device-read-bps, --device-write-bps, --device-read-iops, --device-write-iops"),
        ("cpuset", "--cpuset-cpus"),
    ]

    private static func controller(_ name: String, flags: String, in tree: CgroupTree) -> Finding {
        let holder: ControllerHolder?
        do throws(CgroupError) { holder = try tree.holder(of: name) } catch { holder = .absent }
        guard let holder else { return Finding("controller \(name)", "there") }
        return lacking(name, flags: flags, holder)
    }

    static func lacking(_ name: String, flags: String, _ holder: ControllerHolder) -> Finding {
        let remedy =
            switch holder {
            case .hierarchy, .hiddenHierarchy: "boot with systemd.unified_cgroup_hierarchy=1 or cgroup_no_v1=all"
            case .disabled: "boot without cgroup_disable=\(name), on some machines with cgroup_enable=\(name)"
            case .absent: "boot a kernel that was built with it"
            case .parent: "write +\(name) to cgroup.subtree_control of the cgroups above, outside of this container"
            }
        return Finding(
            "controller \(name)", .degraded, "\(holder)", costs: "refused: \(flags)", remedy: remedy)
    }

    private func members(of tree: CgroupTree) -> [Finding] {
        let name = "minibox-doctor-\(CurrentProcess.id)"
        do throws(SystemError) {
            let root = try Descriptor.open(tree.base, [.directory])
            try root.makeDirectory(name)
            defer { try? root.remove(name, directory: true) }
            let group = try root.open(name, [.directory])
            return [Self.kill(group), Self.deviceFilter(group)]
        } catch {
            return [
                Finding(
                    "cgroups of containers", .missing, "cannot make one in \(tree.mount): \(error.errno)",
                    costs: "containers do not start", remedy: "run as root, where the tree can be written")
            ]
        }
    }

    private static func kill(_ group: borrowing Descriptor) -> Finding {
        if (try? group.status(of: "cgroup.kill")) != nil { return Finding("cgroup.kill", "there") }
        return Finding(
            "cgroup.kill", .degraded, "the kernel has none",
            costs: "processes that a container left behind are not ended at once", remedy: "boot Linux 5.14 or later")
    }

    private static func deviceFilter(_ group: borrowing Descriptor) -> Finding {
        do throws(SystemError) {
            try DeviceFilter([DeviceRule(.character, 1, 3, .all)]).attach(to: group)
            return Finding("device filter", "eBPF programs load, and cgroups ask them")
        } catch {
            return Finding(
                "device filter", .missing, "\(error)",
                costs: "a container's programs could open whatever device node they get hold of: none is started",
                remedy: "boot a kernel with CONFIG_CGROUP_BPF; in a container of another engine, give it --privileged")
        }
    }
}
