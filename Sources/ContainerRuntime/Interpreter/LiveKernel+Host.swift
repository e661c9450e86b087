// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: HostStep) throws(StepError) {
        var detail: String?
        do throws(SystemError) {
            switch step {
            case .enterMountNamespace:
                try CurrentProcess.unshare(.mount)
                try MountNamespace.setPropagation(.private, recursive: true)
            case .writeOwnFile(let slot, let path, let contents, let owner):
                try writeOwnFile(slot, path: path, contents: contents, owner: owner)
            case .makeCgroup(let path, let controllers):
                table.put(try CgroupDirectory.make(path, controllers: controllers), in: Slot.cgroup.number)
            case .openCgroup(let path):
                table.put(try Descriptor.open(path, [.directory]), in: Slot.cgroup.number)
            case .limit(let setting):
                try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                    try cgroup.write(setting.value, to: setting.file)
                }
            case .filterDevices(let rules):
                try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                    try DeviceFilter(rules).attach(to: cgroup)
                }
            case .openStreams(let input, let owner):
                try openStreams(input: input, owner: owner)
            case .mapIDs(let map):
                try mapIDs(map)
            case .openUserNamespace(let process):
                table.put(try Descriptor.open("/proc/\(process)/ns/user", .readOnly), in: Slot.userNamespace.number)
            case .copyTree(let slot, let path, let isRecursive, let isMapped, let attributes, let propagation):
                try copyTree(
                    slot, path, recursive: isRecursive, mapped: isMapped, attributes, propagation, messages: &detail)
            case .mountOverlay(let overlay):
                try mount(overlay, messages: &detail)
            case .makeDevices(let nodes, let owner, let hasConsole):
                try makeDevices(nodes, owner: owner, hasConsole: hasConsole)
            case .setOOMScore(let score):
                guard let id = child?.id else { throw SystemError("oom_score_adj", .noChild) }
                detail = "without CAP_SYS_RESOURCE the score can only be raised"
                try Self.setOOMScore(score, of: "\(id)")
            case .makeGate(let gate): try makeGate(gate)
            case .handOver(let slots):
                try socket?.send([1], descriptors: slots.map(\.number), of: table)
                table.close(slots.map(\.number))
            case .undo(let undo):
                try undo.perform()
            }
        } catch {
            if case .handOver = step, error.errno == .brokenPipe || error.errno == .connectionReset {
                detail = "the container's process ended before its program ran"
            }
            throw StepError(cause: error, detail: detail)
        }
    }

    private mutating func writeOwnFile(
        _ slot: Slot, path: String, contents: String, owner: UInt32
    ) throws(SystemError) {
        let file = try Descriptor.open(path, [.writeOnly, .create, .truncate, .noFollow], mode: 0o644)
        try file.write(contents)
        if owner != 0 { try file.setOwner(user: owner, group: owner) }
        let mount = try DetachedMount(copying: path, recursive: false)
        try mount.setPropagation(.private, recursive: false)
        table.put(mount.take(), in: slot.number)
    }

    private mutating func openStreams(input: Bool, owner: UInt32) throws(SystemError) {
        if input {
            let pipe = try Pipe()
            try pipe.reader.setOwner(user: owner, group: owner)
            pipe.put(reader: Slot.stream(0).number, in: &table, writer: 0, in: &streams)
        }
        for stream in [1, 2] {
            let pipe = try Pipe()
            // Its own owner, or a program could not open /dev/stdout again.
            try pipe.writer.setOwner(user: owner, group: owner)
            pipe.put(reader: stream, in: &streams, writer: Slot.stream(stream).number, in: &table)
        }
    }

    private mutating func mapIDs(_ map: IDMap) throws(SystemError) {
        guard let id = child?.id else { throw SystemError("uid_map", .noChild) }
        try Descriptor.open("/proc/\(id)/uid_map", .writeOnly).write(map.text)
        try Descriptor.open("/proc/\(id)/gid_map", .writeOnly).write(map.text)
        table.put(try Descriptor.open("/proc/\(id)/ns/user", .readOnly), in: Slot.userNamespace.number)
    }

    private mutating func copyTree(
        _ slot: Slot, _ path: String, recursive: Bool, mapped: Bool, _ attributes: MountAttributes,
        _ propagation: Propagation?, messages detail: inout String?
    ) throws(SystemError) {
        let tree = try DetachedMount(copying: path, recursive: recursive)
        if mapped {
            // What a kernel file system in the tree answers is EINVAL: mount_setattr(2).
            if case .bind = slot {
                detail = "a file system there cannot show mapped owners: bind less of it, or write --userns host"
            }
            try table.with(Slot.userNamespace.number) { namespace throws(SystemError) in
                try tree.mapOwners(through: namespace, recursive: recursive)
            }
            detail = nil
        }
        if !attributes.isEmpty { try tree.add(attributes, recursive: recursive) }
        if let propagation { try tree.setPropagation(propagation, recursive: recursive) }
        table.put(tree.take(), in: slot.number)
    }

    /// Devices on a tmpfs of the host's own, so that they work; owned by the container's root, so that it may use them.
    private mutating func makeDevices(
        _ nodes: [DeviceNode], owner: UInt32, hasConsole: Bool
    ) throws(SystemError) {
        try CurrentProcess.setFileOwner(owner)
        defer { try? CurrentProcess.setFileOwner(0) }
        let context = try FileSystemContext("tmpfs")
        try context.set("source", to: "tmpfs")
        try context.set("mode", to: "0755")
        try context.set("size", to: "65536k")
        let mount = try context.mount([.noSetUserID, .noExecute])
        for node in nodes {
            var directory = try mount.root.open(".", [.directory])
            let parts = node.name.split(separator: "/").map(String.init)
            for part in parts.dropLast() {
                do { try directory.makeDirectory(part) } catch {
                    guard error.errno == .exists else { throw error }
                }
                directory = try directory.open(part, [.directory, .noFollow])
            }
            let name = parts.last ?? node.name
            try directory.makeNode(
                name, mode: (node.isBlock ? 0o060000 : 0o020000) | node.permissions, device: node.number)
            if node.user != 0 || node.group != 0 {
                try directory.setOwner(user: owner + node.user, group: owner + node.group, of: name)
            }
        }
        for (name, target) in [
            ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
            ("stderr", "/proc/self/fd/2"), ("core", "/proc/kcore"), ("ptmx", "pts/ptmx"),
        ] { try mount.root.makeSymbolicLink(name, to: target) }
        for name in ["pts", "shm", "mqueue"] { try mount.root.makeDirectory(name) }
        if hasConsole { try mount.root.makeNode("console", mode: 0o100600) }
        table.put(mount.take(), in: Slot.devices.number)
    }
}
