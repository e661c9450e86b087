// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension MountRequest {
    /// The mounts of a bundle, in its order.
    static func list(of bundle: Bundle) throws(RuntimeError) -> [MountRequest] {
        var result: [MountRequest] = []
        for (index, mount) in bundle.configuration.mounts.enumerated() {
            result.append(try MountRequest(mount, member: "mounts[\(index)]", of: bundle))
        }
        return result
    }

    private init(
        _ mount: RuntimeConfiguration.Mount, member: String, of bundle: Bundle
    ) throws(RuntimeError) {
        var attributes: MountAttributes = []
        var options: [String] = []
        var isBind = mount.type == "bind"
        var isRecursive = false
        for option in mount.options {
            switch option {
            case "bind": isBind = true
            case "rbind": (isBind, isRecursive) = (true, true)
            case "ro": attributes.insert(.readOnly)
            case "nosuid": attributes.insert(.noSetUserID)
            case "nodev": attributes.insert(.noDevices)
            case "noexec": attributes.insert(.noExecute)
            case "noatime": attributes.insert(.noAccessTime)
            case "strictatime": attributes.insert(.strictAccessTime)
            case "rw", "rprivate", "private", "relatime": break
            default: options.append(option)
            }
        }
        let target = mount.destination.hasPrefix("/") ? mount.destination : "/" + mount.destination
        if isBind {
            guard let source = mount.source else { throw .configuration("\(member).source", "it is missing") }
            let path = bundle.absolute(source)
            let isDirectory: Bool
            do {
                isDirectory = try Descriptor.open(path, .path).status().isDirectory
            } catch {
                throw RuntimeError(.invalid, "\(member).source: \(path)", path: path, cause: error)
            }
            self.init(
                source: .bind(
                    path: path, isDirectory: isDirectory, isRecursive: isRecursive, isMapped: false,
                    propagation: .private), target: target, attributes: attributes)
            return
        }
        switch mount.type ?? "" {
        case "tmpfs" where target == "/dev":
            self.init(source: .devices(options: options), target: target, attributes: attributes)
        case "tmpfs": self.init(source: .tmpfs(options: options), target: target, attributes: attributes)
        case "cgroup":
            self.init(source: .fileSystem(type: "cgroup2", options: []), target: target, attributes: attributes)
        case let type:
            self.init(source: .fileSystem(type: type, options: options), target: target, attributes: attributes)
        }
    }
}

extension DeviceChoices {
    init(_ description: RuntimeConfiguration.LinuxConfiguration) throws(RuntimeError) {
        self.init(
            nodes: ContainerDevices.nodes.map {
                DeviceNode(name: $0.name, number: DeviceNumber($0.major, $0.minor))
            }, rules: [])
    }
}
