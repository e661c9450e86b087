// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Why a controller is not in the cgroup2 tree. A controller is in one hierarchy at a time: cgroup-v2.rst, "Mounting".
public enum ControllerHolder: Hashable, Sendable, CustomStringConvertible {
    /// A hierarchy of the first version, mounted here.
    case hierarchy(path: String)
    /// A hierarchy of the first version that this process does not see.
    case hiddenHierarchy
    /// The kernel was told not to use it.
    case disabled
    /// The kernel was built without it.
    case absent
    /// A cgroup above this one, which has it and keeps it.
    case parent

    public var description: String {
        switch self {
        case .hierarchy(let path): "a cgroup v1 hierarchy mounted at \(path) holds it"
        case .hiddenHierarchy: "a cgroup v1 hierarchy that is not mounted here holds it"
        case .disabled: "it is disabled in the kernel (cgroup_disable= on its command line)"
        case .absent: "the kernel was built without it"
        case .parent: "the parent cgroup does not pass it down (cgroup.subtree_control)"
        }
    }
}

extension CgroupTree {
    /// What keeps `controller` out of this tree; nil where it is in it.
    public func holder(of controller: String) throws(CgroupError) -> ControllerHolder? {
        if controllers.contains(controller) { return nil }
        do {
            return Self.holder(
                of: controller, mounts: try Descriptor.contents(of: "/proc/self/mountinfo"),
                table: try Descriptor.contents(of: "/proc/cgroups"), isNested: isNested)
        } catch {
            throw CgroupError(.tree, "cannot read what holds the controller \(controller)", cause: error)
        }
    }

    /// The same from the contents of `/proc/self/mountinfo` and `/proc/cgroups`.
    static func holder(of controller: String, mounts: [UInt8], table: [UInt8], isNested: Bool) -> ControllerHolder {
        // The first version's name of the controller, cgroup-v2.rst, "IO": blkio became io.
        let former = controller == "io" ? "blkio" : controller
        let hierarchy = MountTable.entries(ofTypes: ["cgroup"], in: mounts).last { entry in
            entry.superOptions.split(separator: ",").contains { $0 == former }
        }
        if let hierarchy { return .hierarchy(path: hierarchy.point) }
        // name, hierarchy, number of cgroups, enabled: cgroups(7), "/proc files".
        let row = table.split(separator: UInt8(ascii: "\n"))
            .map {
                $0.split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }.map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            .first { $0.count >= 4 && $0[0] == former }
        if let row {
            if row[3] == "0" { return .disabled }
            if row[1] != "0" { return .hiddenHierarchy }
        }
        // Kernels from 6.14 on list in that table only what the first version has, so a missing row tells nothing.
        return isNested ? .parent : (row == nil ? .absent : .hiddenHierarchy)
    }

    /// Why no plan can be made, and where a controller is missing what keeps it out of this tree.
    public func explanation(of error: PlanError) -> String {
        guard case .controller(let name) = error.code, let holder = (try? holder(of: name)) ?? nil else {
            return "\(error)"
        }
        return "\(error), since \(holder)"
    }

    /// Whether the root of this tree is a cgroup below the machine's own root: only those have `cgroup.events`.
    public var isNested: Bool {
        guard let root = try? Descriptor.open(mount, [.path, .directory]) else { return false }
        return (try? root.status(of: "cgroup.events")) != nil
    }
}
