// SPDX-License-Identifier: Apache-2.0

// Paths in this file start at `linux`.
extension RuntimeConfiguration {
    func judgeNamespaces(_ list: inout ProblemList) {
        for (index, namespace) in linux.namespaces.enumerated() {
            if linux.namespaces[..<index].contains(where: { $0.type == namespace.type }) {
                list.error(
                    JSONPath("namespaces").index(index), "duplicated namespace \"\(namespace.type)\"",
                    hint: "remove one of them")
            }
            if let file = namespace.path, !file.hasPrefix("/") {
                list.error(JSONPath("namespaces").index(index).key("path"), "it must be an absolute path")
            }
        }
        if linux.timeOffsets.isEmpty { return }
        switch linux.namespace(.time) {
        case nil:
            list.error(
                "timeOffsets", "time offsets specified, but time namespace isn't enabled in the config",
                hint: "add {\"type\": \"time\"} to linux.namespaces")
        case let namespace? where namespace.path != nil:
            list.error(
                "timeOffsets", "the time namespace has a path, and the clocks in it are set already",
                hint: "remove one of them")
        default: break
        }
        for offset in linux.timeOffsets where offset.nanoseconds > 999_999_999 {
            list.error(
                JSONPath("timeOffsets").key(offset.clock.rawValue).key("nanosecs"), "it must be less than a second")
        }
    }

    /// The maps of the user namespace.
    func judgeOwners(_ list: inout ProblemList) {
        let hasMaps = !linux.uidMappings.isEmpty || !linux.gidMappings.isEmpty
        if hasMaps {
            list.within("uidMappings") { linux.uidMappings.judge(&$0) }
            list.within("gidMappings") { linux.gidMappings.judge(&$0) }
        }
        guard let namespace = linux.namespace(.user) else {
            if hasMaps {
                list.error(
                    linux.uidMappings.isEmpty ? "gidMappings" : "uidMappings",
                    "user namespace mappings specified, but user namespace isn't enabled in the config",
                    hint: "add {\"type\": \"user\"} to linux.namespaces")
            }
            return
        }
        if namespace.path != nil { return }
        if !hasMaps {
            list.error(
                "uidMappings", "user namespaces enabled, but no namespace path to join nor mappings to apply specified",
                hint: "write uidMappings and gidMappings")
        } else if linux.uidMappings.isEmpty {
            list.error("uidMappings", "there is no map", hint: "gidMappings are not enough")
        } else if linux.gidMappings.isEmpty {
            list.error("gidMappings", "there is no map", hint: "uidMappings are not enough")
        }
    }

    /// The ids that have to be in the maps; these paths start at the top.
    func judgeUser(_ list: inout ProblemList) {
        guard let user = process?.user, let namespace = linux.namespace(.user), namespace.path == nil,
            !linux.uidMappings.isEmpty, !linux.gidMappings.isEmpty
        else { return }
        if !linux.uidMappings.contains(container: user.uid) {
            list.error("process.user.uid", "user \(user.uid) is not in linux.uidMappings")
        }
        if !linux.gidMappings.contains(container: user.gid) {
            list.error("process.user.gid", "group \(user.gid) is not in linux.gidMappings")
        }
        for (index, group) in user.additionalGids.enumerated() where !linux.gidMappings.contains(container: group) {
            list.error(
                JSONPath("process.user.additionalGids").index(index), "group \(group) is not in linux.gidMappings")
        }
    }

    func judgeNetDevices(_ list: inout ProblemList) {
        for device in linux.netDevices {
            let path = JSONPath("netDevices").key(device.hostName)
            if linux.namespace(.network) == nil {
                list.error(
                    path, "unable to move network devices without a private network namespace",
                    hint: "add {\"type\": \"network\"} to linux.namespaces")
            }
            if !Self.isInterfaceName(device.hostName) {
                list.error(path, "\(JSON.string(device.hostName).shortDescription) is no name of an interface")
            }
            if let name = device.name, !Self.isInterfaceName(name) {
                list.error(
                    path.key("name"), "\(JSON.string(name).shortDescription) is no name of an interface",
                    hint: "it has 1 to 15 bytes, and no slash, colon or space")
            }
        }
    }

    /// dev_valid_name() of the kernel.
    static func isInterfaceName(_ name: String) -> Bool {
        guard 1...15 ~= name.utf8.count, name != ".", name != ".." else { return false }
        return name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ":") && $0 != 0x7F }
    }

    /// Paths that the container sees otherwise.
    func judgeRestrictions(_ list: inout ProblemList) {
        judge(linux.maskedPaths, "maskedPaths", &list)
        judge(linux.readonlyPaths, "readonlyPaths", &list)
    }

    private func judge(_ paths: [String], _ key: String, _ list: inout ProblemList) {
        if paths.isEmpty { return }
        if linux.namespace(.mount) == nil {
            list.error(
                JSONPath().key(key), "unable to restrict sys entries without a private MNT namespace",
                hint: "add {\"type\": \"mount\"} to linux.namespaces")
        }
        for (index, path) in paths.enumerated() where !path.hasPrefix("/") {
            list.warning(JSONPath().key(key).index(index), "it is no absolute path", hint: "write /\(path)")
        }
    }

    func judgeKernelSettings(_ list: inout ProblemList) {
        if let personality = linux.personality, !personality.flags.isEmpty {
            list.warning("personality.flags", "ignoring unsupported personality flags", hint: "remove them")
        }
        if linux.intelRdt != nil {
            list.error("intelRdt", "Intel RDT is not supported by this runtime", hint: "remove it")
        }
        if let policy = linux.memoryPolicy { list.within("memoryPolicy") { policy.judge(&$0) } }
    }
}

extension RuntimeConfiguration.Device {
    fileprivate static let mostMajor: Int64 = 0xFFF
    /// MINORBITS of the kernel.
    fileprivate static let mostMinor: Int64 = 0xFFFFF

    func judge(_ list: inout ProblemList) {
        if !path.hasPrefix("/") { list.error("path", "it must be an absolute path") }
        if type == .fifo { return }
        if !(0...Self.mostMajor ~= major) { list.error("major", "it must be from 0 to \(Self.mostMajor)") }
        if !(0...Self.mostMinor ~= minor) { list.error("minor", "it must be from 0 to \(Self.mostMinor)") }
    }
}

extension RuntimeConfiguration.MemoryPolicy {
    /// What set_mempolicy(2) refuses.
    fileprivate func judge(_ list: inout ProblemList) {
        nodes.judgeList("nodes", &list)
        switch mode {
        case .default, .local:
            if nodes != nil { list.error("nodes", "\(mode.rawValue) has no nodes") }
        case .preferred: break
        case .bind, .interleave, .weightedInterleave, .preferredMany:
            if nodes == nil { list.error(JSONPath(), "\(mode.rawValue) needs nodes") }
        }
        if flags.contains(.staticNodes), flags.contains(.relativeNodes) {
            list.error("flags", "nodes cannot be both static and relative")
        }
        if flags.contains(.numaBalancing), mode != .bind, mode != .preferredMany {
            list.error("flags", "MPOL_F_NUMA_BALANCING is for MPOL_BIND and MPOL_PREFERRED_MANY")
        }
    }
}
