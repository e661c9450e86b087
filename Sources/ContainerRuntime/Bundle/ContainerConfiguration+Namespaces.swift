// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension RuntimeConfiguration.Namespace.Kind {
    /// The same as the kernel has it.
    var kind: Namespaces {
        switch self {
        case .pid: .pid
        case .network: .network
        case .mount: .mount
        case .ipc: .ipc
        case .uts: .uts
        case .user: .user
        case .cgroup: .cgroup
        case .time: .time
        }
    }
}

extension NamespaceChoices {
    /// Those that are named are the container's own, or joined where they have a path; the others are shared.
    init(_ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        var own: Namespaces = []
        for (index, namespace) in description.namespaces.enumerated() {
            guard namespace.path == nil else {
                throw .configuration("linux.namespaces[\(index)].path", "joining by path is not there yet")
            }
            own.insert(namespace.type.kind)
        }
        guard own.contains(.mount) else {
            throw .configuration("linux.namespaces", "there is no mount namespace: a container needs one of its own")
        }
        self.init(own: own)
    }
}

extension IDMap {
    /// The map of the container's own user namespace; nil where it has none.
    init?(_ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        guard let users = description.namespace(.user), users.path == nil else { return nil }
        self.init(
            extents: description.uidMappings.map {
                IDExtent(inside: $0.containerID, outside: $0.hostID, count: $0.size)
            })
    }
}
