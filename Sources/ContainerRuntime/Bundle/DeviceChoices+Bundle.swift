// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension DeviceChoices {
    /// The nodes of `linux.devices` and those that every container has, and what the container may do with any.
    init(_ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        var nodes: [DeviceNode] = []
        for (index, device) in description.devices.enumerated() {
            let node = try DeviceNode(device, member: "linux.devices[\(index)]")
            // A terminal's own place, which is a link here: as runc.
            guard node.path != "/dev/ptmx" else { continue }
            // The same node again is the same; of two that differ, the last is meant.
            nodes.removeAll { $0.path == node.path }
            nodes.append(node)
        }
        let usual = ContainerDevices.nodes.map { DeviceNode(name: $0.name, number: DeviceNumber($0.major, $0.minor)) }
        nodes = usual.filter { usual in !nodes.contains { $0.path == usual.path } } + nodes
        self.init(nodes: nodes, rules: try description.deviceRules())
    }
}

extension DeviceNode {
    fileprivate init(_ device: RuntimeConfiguration.Device, member: String) throws(RuntimeError) {
        let path = AbsolutePath.cleaned(device.path)
        guard device.path.hasPrefix("/"), path != "/", path != "/dev", !device.path.utf8.contains(0) else {
            throw .configuration("\(member).path", "it must be an absolute path of a file, not \"\(device.path)\"")
        }
        let isElsewhere = !path.hasPrefix("/dev/")
        let kind: Kind =
            switch device.type {
            case .character, .unbuffered: .character
            case .block: .block
            case .fifo: .pipe
            }
        // 12 and 20 bits: new_encode_dev of linux/kdev_t.h.
        guard let major = UInt32(exactly: device.major), let minor = UInt32(exactly: device.minor),
            kind == .pipe || (major < 1 << 12 && minor < 1 << 20)
        else {
            throw .configuration(member, "\(device.major):\(device.minor) is no number of a device")
        }
        self.init(
            name: String(path.dropFirst(isElsewhere ? 1 : 5)), isElsewhere: isElsewhere, kind: kind,
            number: kind == .pipe ? .none : DeviceNumber(major, minor),
            // Docker writes the bits of the type with the permissions.
            permissions: (device.fileMode ?? 0o666) & 0o7777, user: device.uid ?? 0, group: device.gid ?? 0)
    }
}
