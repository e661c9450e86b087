// SPDX-License-Identifier: Apache-2.0

extension RuntimeConfiguration {
    /// What of this no container can be made of, and what will be ignored, whatever the host is.
    ///
    /// What runc refuses is an error, what it warns of is a warning. Whether files exist, whether this kernel has what is
    /// asked for, and what is in ``LinuxConfiguration/seccomp`` is not looked at.
    public func problems() -> [ConfigurationProblem] {
        var list = ProblemList()
        judgeVersion(&list)
        if let process {
            list.within("process") { process.judge(&$0) }
        } else {
            list.error("process", "process property must not be empty", hint: "say what to run")
        }
        if let root {
            if root.path.isEmpty { list.error("root.path", "it must not be empty", hint: "write the root's directory") }
        } else {
            list.error("root", "root must be specified", hint: "write the directory of the root file system")
        }
        judge(hostname, "hostname", &list)
        judge(domainname, "domainname", &list)
        list.each("mounts", mounts, judge)
        if !hooks.isEmpty { list.within("hooks") { hooks.judge(&$0) } }
        if annotations[""] != nil { list.warning(JSONPath("annotations").key(""), "an annotation needs a name") }
        list.within("linux") { list in
            judgeNamespaces(&list)
            judgeOwners(&list)
            list.each("devices", linux.devices) { $0.judge(&$1) }
            judgeNetDevices(&list)
            if let resources = linux.resources { list.within("resources") { resources.judge(&$0) } }
            judgeSysctls(&list)
            judgeRestrictions(&list)
            judgeKernelSettings(&list)
        }
        judgeUser(&list)
        return list.problems
    }

    private func judgeVersion(_ list: inout ProblemList) {
        if ociVersion.isEmpty {
            list.warning("ociVersion", "it is missing", hint: "write the version that it was written for")
            return
        }
        // Semantic versioning: three numbers, then what is of no meaning here.
        let core = ociVersion.prefix { $0 != "-" && $0 != "+" }
        let parts = core.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ UInt32($0) != nil }) else {
            list.error("ociVersion", "\(JSON.string(ociVersion)) is no version", hint: "write it like 1.2.0")
            return
        }
        if parts[0] != "1" {
            list.error("ociVersion", "version \(core) is not known", hint: "this runtime knows those that start with 1")
        }
    }

    private func judge(_ name: String?, _ key: String, _ list: inout ProblemList) {
        guard let name else { return }
        if linux.namespace(.uts) == nil {
            list.error(
                JSONPath().key(key), "unable to set \(key) without a private UTS namespace",
                hint: "add {\"type\": \"uts\"} to linux.namespaces")
        }
        // __NEW_UTS_LEN of the kernel.
        if name.utf8.count > 64 {
            list.error(JSONPath().key(key), "it is longer than the 64 bytes that the kernel takes")
        }
    }

    private func judge(_ mount: Mount, _ list: inout ProblemList) {
        if mount.destination.isEmpty {
            list.error("destination", "it must not be empty", hint: "write a path in the container")
        } else if !mount.destination.hasPrefix("/") {
            list.warning(
                "destination", "a relative destination is deprecated", hint: "write /\(mount.destination)")
        }
        let isBind = mount.options.contains("bind") || mount.options.contains("rbind")
        if isBind, mount.source == nil { list.error(JSONPath(), "a bind mount needs a source") }
        if mount.type == nil, !isBind,
            !mount.options.contains(where: { $0 == "remount" || Propagation(rawValue: $0) != nil })
        {
            list.error(JSONPath(), "it has no type", hint: "write type, or bind or rbind among options")
        }
        for option in mount.options where option == "idmap" || option == "ridmap" {
            if mount.uidMappings.isEmpty, mount.gidMappings.isEmpty, linux.namespace(.user) == nil {
                list.error(
                    "options", "\(option) needs a map",
                    hint: "write uidMappings and gidMappings, or use a user namespace")
            }
        }
        if mount.uidMappings.isEmpty, mount.gidMappings.isEmpty { return }
        if mount.uidMappings.isEmpty != mount.gidMappings.isEmpty {
            list.error(JSONPath(), "uidMappings and gidMappings must both be specified")
        }
        list.within("uidMappings") { mount.uidMappings.judge(&$0) }
        list.within("gidMappings") { mount.gidMappings.judge(&$0) }
    }
}

extension RuntimeConfiguration.Hooks {
    fileprivate func judge(_ list: inout ProblemList) {
        list.each("prestart", prestart) { $0.judge(&$1) }
        list.each("createRuntime", createRuntime) { $0.judge(&$1) }
        list.each("createContainer", createContainer) { $0.judge(&$1) }
        list.each("startContainer", startContainer) { $0.judge(&$1) }
        list.each("poststart", poststart) { $0.judge(&$1) }
        list.each("poststop", poststop) { $0.judge(&$1) }
    }
}

extension RuntimeConfiguration.Hook {
    fileprivate func judge(_ list: inout ProblemList) {
        if !path.hasPrefix("/") { list.error("path", "it must be an absolute path") }
        if let timeout, timeout <= 0 {
            list.error("timeout", "it must be more than 0", hint: "or be left out to wait for ever")
        }
        list.each("env", environment) { $0.judgeVariable(&$1) }
    }
}

extension [RuntimeConfiguration.IDMapping] {
    /// What the kernel refuses of a map: user_namespaces(7), "Defining user and group ID mappings".
    func judge(_ list: inout ProblemList) {
        if count > 340 {
            list.error(JSONPath(), "it has \(count) lines", hint: "the kernel takes 340")
            return
        }
        for (index, line) in enumerated() {
            if line.size == 0 { list.error(JSONPath().index(index).key("size"), "it must be more than 0") }
            // The last id of 32 bits is none: it means "leave it as it is" where ids are set.
            let first = Swift.max(line.containerID, line.hostID)
            if UInt64(first) + UInt64(line.size) > UInt64(UInt32.max) {
                list.error(JSONPath().index(index), "\(line.size) ids from \(first) on go beyond the last one")
            }
        }
        judgeOverlaps(\.containerID, &list)
        judgeOverlaps(\.hostID, &list)
    }

    private func judgeOverlaps(
        _ side: KeyPath<RuntimeConfiguration.IDMapping, UInt32>, _ list: inout ProblemList
    ) {
        if count < 2 { return }
        let lines = sorted { $0[keyPath: side] < $1[keyPath: side] }
        for (one, next) in zip(lines, lines.dropFirst())
        where UInt64(one[keyPath: side]) + UInt64(one.size) > UInt64(next[keyPath: side]) {
            list.error(
                JSONPath(), "two lines have the id \(next[keyPath: side])", hint: "lines may not overlap")
        }
    }

    func contains(container id: UInt32) -> Bool {
        contains { id >= $0.containerID && id - $0.containerID < $0.size }
    }
}

extension String {
    /// `NAME=value`: the kernel does not ask for it, but all programs do.
    func judgeVariable(_ list: inout ProblemList) {
        if let end = utf8.firstIndex(of: UInt8(ascii: "=")), end != startIndex { return }
        list.error(
            JSONPath(), "invalid environment variable \(JSON.string(self).shortDescription)", hint: "write NAME=value")
    }
}
