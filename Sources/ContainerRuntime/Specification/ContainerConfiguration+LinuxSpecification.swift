// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ContainerConfiguration {
    /// `linux` of the document, but for the filter.
    func linux(_ context: SpecificationContext, notes: inout [String]) -> RuntimeConfiguration.LinuxConfiguration {
        var linux = RuntimeConfiguration.LinuxConfiguration()
        for kind in RuntimeConfiguration.Namespace.Kind.allCases {
            if namespaces.own.contains(kind.kind) {
                linux.namespaces.append(RuntimeConfiguration.Namespace(type: kind))
            } else if let joined = namespaces.joined.first(where: { $0.kinds.contains(kind.kind) }) {
                let file = kind.kind.names.first ?? ""
                linux.namespaces.append(
                    RuntimeConfiguration.Namespace(type: kind, path: "/proc/\(joined.process)/ns/\(file)"))
            } else if let opened = namespaces.paths.first(where: { $0.kind == kind.kind }) {
                linux.namespaces.append(RuntimeConfiguration.Namespace(type: kind, path: opened.path))
            }
        }
        linux.uidMappings = (idMap?.extents ?? []).map(\.specification)
        linux.gidMappings = (idMap?.groupExtents ?? []).map(\.specification)
        if let path = cgroup.path, let mount = context.cgroupMount, let below = path.rest(after: mount) {
            linux.cgroupsPath = String(below)
        }
        linux.devices = devices.nodes.filter { node in
            !ContainerDevices.nodes.contains { "/dev/" + $0.name == node.path }
        }.map(\.specification)
        linux.resources = resources()
        linux.sysctl = sysctls.map { RuntimeConfiguration.Setting(key: $0.key, value: $0.value) }
        linux.maskedPaths = maskedPaths
        linux.readonlyPaths = readOnlyPaths
        return linux
    }

    /// The limits, by the specification's own names where those say the same, and else by the names of the files.
    func resources() -> RuntimeConfiguration.Resources {
        var resources = RuntimeConfiguration.Resources()
        resources.devices =
            [RuntimeConfiguration.Resources.DeviceRule(allow: false, access: "rwm")]
            + devices.rules.map(\.specification)
        let values = Dictionary(cgroup.settings.map { ($0.file, $0.value) }) { $1 }
        func number(_ file: String) -> Int64? { values[file].flatMap { $0 == "max" ? -1 : Int64($0) } }
        var memory = RuntimeConfiguration.Resources.Memory()
        memory.limit = number("memory.max")
        memory.reservation = number("memory.low")
        // Together with the memory; the second version counts it alone.
        if let swap = number("memory.swap.max") { memory.swap = swap < 0 ? -1 : swap + (memory.limit ?? 0) }
        if memory != RuntimeConfiguration.Resources.Memory() { resources.memory = memory }
        var cpu = RuntimeConfiguration.Resources.CPU()
        if let words = values["cpu.max"]?.split(separator: " "), words.count == 2 {
            (cpu.quota, cpu.period) = (words[0] == "max" ? -1 : Int64(words[0]), UInt64(words[1]))
        }
        cpu.cpus = values["cpuset.cpus"]
        if cpu != RuntimeConfiguration.Resources.CPU() { resources.cpu = cpu }
        if let count = number("pids.max") { resources.pids = RuntimeConfiguration.Resources.PIDs(limit: count) }
        var blocks = RuntimeConfiguration.Resources.BlockIO()
        for setting in cgroup.settings {
            switch setting.file {
            case "memory.max", "memory.low", "memory.swap.max", "cpu.max", "cpuset.cpus", "pids.max": continue
            case "io.max": blocks.add(setting.value)
            default:
                resources.unified.append(RuntimeConfiguration.Setting(key: setting.file, value: setting.value))
            }
        }
        if blocks != RuntimeConfiguration.Resources.BlockIO() { resources.blockIO = blocks }
        return resources
    }
}

extension RuntimeConfiguration.Resources.BlockIO {
    /// Adds a line of `io.max`: `8:0 rbps=1048576`.
    fileprivate mutating func add(_ line: String) {
        let words = line.split(separator: " ")
        guard words.count == 2 else { return }
        let device = words[0].split(separator: ":").compactMap { Int64($0) }
        let pair = words[1].split(separator: "=")
        guard device.count == 2, pair.count == 2, let rate = UInt64(pair[1]) else { return }
        let entry = RuntimeConfiguration.Resources.DeviceRate(major: device[0], minor: device[1], rate: rate)
        switch pair[0] {
        case "rbps": throttleReadBpsDevice.append(entry)
        case "wbps": throttleWriteBpsDevice.append(entry)
        case "riops": throttleReadIOPSDevice.append(entry)
        default: throttleWriteIOPSDevice.append(entry)
        }
    }
}

extension IDExtent {
    fileprivate var specification: RuntimeConfiguration.IDMapping {
        RuntimeConfiguration.IDMapping(containerID: inside, hostID: outside, size: count)
    }
}

extension DeviceNode {
    fileprivate var specification: RuntimeConfiguration.Device {
        let type: RuntimeConfiguration.Device.Kind =
            switch kind {
            case .character: .character
            case .block: .block
            case .pipe: .fifo
            }
        var device = RuntimeConfiguration.Device(
            type: type, path: path, major: Int64(number.major), minor: Int64(number.minor))
        (device.fileMode, device.uid, device.gid) = (permissions, user, group)
        return device
    }
}

extension DeviceRule {
    fileprivate var specification: RuntimeConfiguration.Resources.DeviceRule {
        let type: RuntimeConfiguration.Resources.DeviceRule.Kind =
            switch kind {
            case .any: .all
            case .block: .block
            case .character: .character
            }
        var letters = access.contains(.read) ? "r" : ""
        if access.contains(.write) { letters += "w" }
        if access.contains(.makeNode) { letters += "m" }
        return RuntimeConfiguration.Resources.DeviceRule(
            allow: isAllowed, type: type, major: major.map(Int64.init), minor: minor.map(Int64.init), access: letters)
    }
}
