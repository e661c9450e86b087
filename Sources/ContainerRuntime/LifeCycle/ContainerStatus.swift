// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// Where a container is in its life: runtime.md of the runtime specification, "State"; `paused` is runc's addition.
public enum ContainerStatus: String, Hashable, Sendable {
    case creating, created, running, paused, stopped
}

/// What is told of a container: the document of `state`, and a row of `list`.
public struct ContainerReport: Hashable, Sendable {
    public var id: String
    /// 0 where the container has stopped, or has no process yet.
    public var process: Int32
    public var status: ContainerStatus
    public var bundle: String
    public var rootFileSystem: String
    public var created: String
    public var annotations: JSON.Object
    /// The name of the user who created it, or the number where there is no name.
    public var owner: String

    /// The document of `state`, and an element of `list`: state.md of the runtime specification, with what runc adds.
    public var json: JSON {
        var json: JSON = [
            "ociVersion": .string(Runtime.specificationVersion), "id": .string(id), "pid": JSON(process),
            "status": .string(status.rawValue), "bundle": .string(bundle), "rootfs": .string(rootFileSystem),
            "created": .string(created),
        ]
        if !annotations.isEmpty { json["annotations"] = .object(annotations) }
        json["owner"] = .string(owner)
        return json
    }
}

extension ContainerDirectory {
    /// Where the container is in its life. Nothing of it is kept: each part is asked of the kernel.
    public borrowing func status(of state: ContainerState?) -> ContainerStatus {
        guard let state else { return isLocked() ? .creating : .stopped }
        guard state.isAlive else { return .stopped }
        if let cgroup = state.cgroup, Self.isFrozen(cgroup) { return .paused }
        return hasGate() ? .created : .running
    }

    private static func isFrozen(_ path: String) -> Bool {
        guard let cgroup = try? Cgroup(opening: path) else { return false }
        return cgroup.isFrozen()
    }
}
