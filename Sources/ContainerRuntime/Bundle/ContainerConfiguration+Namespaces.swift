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
        self.init(own: [])
        for (index, namespace) in description.namespaces.enumerated() {
            let member = "linux.namespaces[\(index)]"
            let kind = namespace.type.kind
            if own.contains(kind) || paths.contains(where: { $0.kind == kind }) {
                throw .configuration(member, "there is a \(namespace.type.rawValue) namespace in the list already")
            }
            if let path = namespace.path {
                guard path.hasPrefix("/") else {
                    throw .configuration("\(member).path", "it must be an absolute path, not \"\(path)\"")
                }
                paths.append(NamespacePath(kind: kind, path: path))
            } else {
                own.insert(kind)
            }
        }
        let here = all
        guard here.contains(.mount) else {
            throw .configuration("linux.namespaces", "there is no mount namespace: a container needs one of its own")
        }
        timeOffsets = try TimeOffset.list(description)
        if !timeOffsets.isEmpty, !own.contains(.time) {
            throw .configuration("linux.timeOffsets", "they need a new time namespace: add one to linux.namespaces")
        }
        for device in description.netDevices {
            let member = "linux.netDevices.\(device.hostName)"
            let name = device.name ?? device.hostName
            guard NetworkDevice.isName(device.hostName), NetworkDevice.isName(name) else {
                throw .configuration(member, "an interface cannot have that name")
            }
            devices.append(NetworkDevice(name: device.hostName, newName: name))
        }
        if !devices.isEmpty, !here.contains(.network) {
            throw .configuration("linux.netDevices", "they need a network namespace: add one to linux.namespaces")
        }
    }
}

extension ContainerConfiguration {
    /// A name of the host's is the host's: as runc, refuses one without a namespace that it would be a name in.
    func checkNames() throws(RuntimeError) {
        if namespaces.all.contains(.uts) { return }
        for (member, name) in [("hostname", hostname), ("domainname", domainName)] {
            guard let name, !name.isEmpty else { continue }
            throw .configuration(member, "it needs a uts namespace: add one to linux.namespaces")
        }
    }
}

extension TimeOffset {
    fileprivate static func list(
        _ description: RuntimeConfiguration.LinuxConfiguration
    ) throws(RuntimeError) -> [TimeOffset] {
        var offsets: [TimeOffset] = []
        for offset in description.timeOffsets {
            guard offset.nanoseconds < 1_000_000_000 else {
                throw .configuration(
                    "linux.timeOffsets.\(offset.clock.rawValue).nanosecs", "it must be less than 1000000000")
            }
            let clock: Clock =
                switch offset.clock {
                case .monotonic: .monotonic
                case .boottime: .boottime
                }
            offsets.append(TimeOffset(clock, seconds: offset.seconds, nanoseconds: offset.nanoseconds))
        }
        return offsets
    }
}

extension IDMap {
    /// The map of the container's user namespace, new or joined; nil where it has the runtime's.
    init?(_ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        guard let namespace = description.namespace(.user) else {
            guard description.uidMappings.isEmpty, description.gidMappings.isEmpty else {
                throw .configuration(
                    "linux.uidMappings", "there is no user namespace that it is the map of: add one to linux.namespaces"
                )
            }
            return nil
        }
        if let path = namespace.path {
            // What is in the bundle may be another map: the one that counts is the namespace's own.
            do throws(SystemError) {
                let maps = try UserNamespaceMaps(of: NamespaceFile(at: path, kind: .user))
                self.init(users: maps.users.map(IDExtent.init), groups: maps.groups.map(IDExtent.init))
            } catch {
                throw RuntimeError(
                    .invalid, "linux.namespaces: \(path) is no user namespace that can be joined", path: path,
                    cause: error)
            }
            return
        }
        self.init(
            users: try Self.extents(description.uidMappings, "linux.uidMappings"),
            groups: try Self.extents(description.gidMappings, "linux.gidMappings"))
    }

    private static func extents(
        _ mappings: [RuntimeConfiguration.IDMapping], _ member: String
    ) throws(RuntimeError) -> [IDExtent] {
        guard !mappings.isEmpty else {
            throw .configuration(member, "it is missing: a new user namespace needs one range at least")
        }
        // user_namespaces(7): since 4.15.
        guard mappings.count <= 340 else { throw .configuration(member, "the kernel takes 340 ranges at most") }
        var extents: [IDExtent] = []
        for (index, mapping) in mappings.enumerated() {
            let sizes = [mapping.containerID, mapping.hostID].map { $0.addingReportingOverflow(mapping.size) }
            guard mapping.size > 0, !sizes.contains(where: { $0.overflow }) else {
                throw .configuration("\(member)[\(index)]", "it is empty, or ends above the highest id")
            }
            let extent = IDExtent(inside: mapping.containerID, outside: mapping.hostID, count: mapping.size)
            if extents.contains(where: { $0.overlaps(extent) }) {
                throw .configuration("\(member)[\(index)]", "it has ids that a range before it has too")
            }
            extents.append(extent)
        }
        return extents
    }
}

extension IDExtent {
    init(_ line: UserNamespaceMaps.Line) {
        self.init(inside: line.inside, outside: line.outside, count: line.count)
    }

    /// Whether both have an id, inside or outside.
    fileprivate func overlaps(_ other: IDExtent) -> Bool {
        func meet(_ a: UInt32, _ b: UInt32) -> Bool { a < b + other.count && b < a + count }
        return meet(inside, other.inside) || meet(outside, other.outside)
    }
}
