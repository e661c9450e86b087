// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension ContainerRequest {
    /// All mounts: `requests`, those of what outlives the container, and those that begin with it.
    /// - Parameter messages: the container whose messages and shared memory it has.
    func mountRequests(
        beside requests: [MountRequest], cgroups: String?, messages: JoinedContainer?
    ) throws(EngineError) -> [MountRequest] {
        var requests = requests
        if cgroupNamespace == .host, let cgroups, !requests.contains(where: { $0.target == "/sys/fs/cgroup" }) {
            // Not mounted anew: from the host's own cgroup namespace that sets options for the whole machine.
            requests.append(
                MountRequest(
                    source: .bind(
                        path: cgroups, isDirectory: true, isRecursive: false, isMapped: false, propagation: .private),
                    target: "/sys/fs/cgroup", attributes: isPrivileged ? .inert : [.inert, .readOnly]))
        }
        let hasItsOwn =
            requests.contains { $0.target == "/dev/shm" } || tmpfs.contains { $0.target.description == "/dev/shm" }
        if ipc == .host, !hasItsOwn {
            // The host's shared memory is files, and its queues are too.
            for path in ["/dev/shm", "/dev/mqueue"] where (try? Descriptor.open(path, .path)) != nil {
                requests.append(
                    MountRequest(
                        source: .bind(
                            path: path, isDirectory: true, isRecursive: false, isMapped: false, propagation: .private),
                        target: path, attributes: .inert))
            }
        }
        if let messages, !hasItsOwn, let start = ProcessTimes.start(of: messages.process) {
            requests.append(
                MountRequest(
                    source: .root(
                        ProcessRoot(
                            process: messages.process, startTime: start, name: messages.name, path: "/dev/shm")),
                    target: "/dev/shm", attributes: .inert))
        }
        for mount in tmpfs {
            requests.append(
                MountRequest(
                    source: .tmpfs(options: mount.options), target: mount.target.description,
                    attributes: mount.attributes))
        }
        for (index, request) in requests.enumerated()
        where requests[..<index].contains(where: { $0.target == request.target }) {
            throw EngineError(.invalid, "two mounts at \(request.target): leave one of them out")
        }
        return requests
    }

    /// The nodes of `/dev` and what the container may do with them and with any other that it might make.
    func deviceChoices(bounding: CapabilitySet) throws(EngineError) -> DeviceChoices {
        var nodes = ContainerDevices.nodes.map {
            DeviceNode(name: $0.name, number: DeviceNumber($0.major, $0.minor))
        }
        var rules = ContainerDevices.standard(makingNodes: bounding.contains(.mknod))
        for device in devices {
            let target = device.target.description
            guard target.hasPrefix("/dev/") else {
                throw EngineError(.invalid, "--device \(device.source): write a target below /dev, not \(target)")
            }
            let status: FileStatus
            do {
                status = try Descriptor.open(device.source, .path).status()
            } catch {
                throw EngineError(.missing, "cannot give the device \(device.source)", cause: error)
            }
            guard status.kind == .character || status.kind == .block else {
                throw EngineError(.invalid, "\(device.source) is no device: directories come later, so name each one")
            }
            var access: DeviceRule.Access = []
            if device.access.reads { access.insert(.read) }
            if device.access.writes { access.insert(.write) }
            if device.access.makesNodes { access.insert(.makeNode) }
            let isBlock = status.kind == .block
            rules.append(DeviceRule(isBlock ? .block : .character, status.node.major, status.node.minor, access))
            nodes.removeAll { "/dev/" + $0.name == target }
            nodes.append(
                DeviceNode(
                    name: String(target.dropFirst(5)), kind: isBlock ? .block : .character, number: status.node,
                    permissions: status.permissions))
        }
        rules += deviceRules.map(\.rule)
        if isPrivileged {
            return DeviceChoices(nodes: try hostNodes(beside: nodes), rules: ContainerDevices.everything)
        }
        return DeviceChoices(nodes: nodes, rules: rules)
    }

    /// Every device of the host, for a privileged container.
    private func hostNodes(beside nodes: [DeviceNode]) throws(EngineError) -> [DeviceNode] {
        do {
            return nodes
                + (try Self.nodes(
                    in: try Descriptor.open("/dev", [.directory]), below: "", besides: Set(nodes.map(\.name))))
        } catch {
            throw EngineError(.missing, "cannot list the devices of /dev", cause: error)
        }
    }

    private static func nodes(
        in directory: borrowing Descriptor, below prefix: String, besides known: Set<String>
    ) throws(SystemError) -> [DeviceNode] {
        var result: [DeviceNode] = []
        // Terminals, shared memory and queues are the container's own.
        let own: Set<String> = ["pts", "shm", "mqueue", "console", "ptmx", "hugepages"]
        for name in try directory.entries()
        where !(prefix.isEmpty && own.contains(name)) && !known.contains(prefix + name) {
            let status = try directory.status(of: name)
            switch status.kind {
            case .character, .block:
                result.append(
                    DeviceNode(
                        name: prefix + name, kind: status.kind == .block ? .block : .character, number: status.node,
                        permissions: status.permissions, user: status.user, group: status.group))
            case .directory:
                let child = try directory.open(name, [.directory, .noFollow])
                result += try nodes(in: child, below: prefix + name + "/", besides: known)
            default: break
            }
        }
        return result
    }
}
