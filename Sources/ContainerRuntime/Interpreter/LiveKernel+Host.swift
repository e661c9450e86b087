// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: HostStep) throws(StepError) {
        switch step {
        case .awaitMounts: return try hear(until: ChildMessage.mounted, "mounts")
        case .awaitNamespaces: return try hear(until: ChildMessage.namespaces, "namespaces")
        case .runHook(let hook): return try hook.run(process: childID)
        case .undo(let undo): return try undo.perform()
        case .makeCgroup(let cgroup): return table.put(try CgroupDirectory.make(cgroup), in: Slot.cgroup.number)
        default: break
        }
        var detail: String?
        do throws(SystemError) {
            switch step {
            case .enterMountNamespace:
                try CurrentProcess.unshare(.mount)
                try MountNamespace.setPropagation(.private, recursive: true)
            case .writeOwnFile(let slot, let path, let contents, let owner):
                try writeOwnFile(slot, path: path, contents: contents, owner: owner)
            case .openCgroup(let path):
                table.put(try Descriptor.open(path, [.directory]), in: Slot.cgroup.number)
            case .limit(let setting):
                try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                    try setting.write(to: cgroup)
                }
            case .filterDevices(let rules):
                try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                    try DeviceFilter(rules).replace(in: cgroup)
                }
            case .delegateCgroup(let owner):
                try table.with(Slot.cgroup.number) { cgroup throws(SystemError) in
                    try Cgroup.delegate(cgroup, to: owner)
                }
            case .openStreams(let input, let owner, let outlives):
                try openStreams(input: input, owner: owner, outlives: outlives)
            case .mapIDs(let map):
                try mapIDs(map)
            case .openUserNamespace(let process):
                table.put(try Descriptor.open("/proc/\(process)/ns/user", .readOnly), in: Slot.userNamespace.number)
            case .copyTree(let slot, let copy): try copyTree(slot, copy, messages: &detail)
            case .copyRoot(let slot, let root):
                detail =
                    root.path == "/"
                    ? "cannot see what \(root.name) sees: it may have just ended"
                    : "cannot take the \(root.path) of \(root.name): it has just ended, or put something else there"
                try copyRoot(slot, of: root)
            case .makeMapping(let slot, let users, let groups):
                table.put(try UserNamespace.make(users: users.text, groups: groups.text), in: slot.number)
            case .mountOverlay(let overlay):
                try mount(overlay, messages: &detail)
            case .mountFileSystem(let slot, let fileSystem, let attributes, let owners):
                try mountFileSystem(slot, fileSystem, attributes, owners, messages: &detail)
            case .makeWritable(let memory): try makeWritable(memory, messages: &detail)
            case .fillVolume(let fill): try self.fill(fill, messages: &detail)
            case .makeDevices(let devices): try makeDevices(devices, messages: &detail)
            case .makeNodes(let nodes, let ids): try makeNodes(nodes, ids: ids)
            case .openNull: try openNull()
            case .sealProgram(let path):
                table.put(try SealedProgram.copy(of: path), in: Slot.program.number)
            case .setOOMScore(let score):
                detail = "without CAP_SYS_RESOURCE the score can only be raised"
                try Self.setOOMScore(score, of: childID.map { "\($0)" } ?? "self")
            case .makeGate(let gate): try makeGate(gate)
            case .openNamespace(let namespace):
                detail = "\(namespace.path) is no \(namespace.kind) namespace"
                table.put(
                    try NamespaceFile(at: namespace.path, kind: namespace.kind).take(),
                    in: Slot.namespace(namespace.kind).number)
            case .makeTimeNamespace(let offsets):
                detail = "an offset has to leave its clock above 0: time_namespaces(7)"
                try TimeNamespace.makeForChildren(offsets)
            case .leaveTimeNamespace: try TimeNamespace.leaveForChildren()
            case .moveNetworkDevice(let device, let joined):
                detail = device.hint
                try move(device, joined: joined)
            case .admit:
                guard let admission else { throw SystemError("nf_tables", .notSupported) }
                if let reason = admission() {
                    detail = reason
                    throw SystemError("nf_tables", .notPermitted)
                }
            case .makePort(let port):
                try make(port)
            case .makeMacvlan(let interface):
                detail = interface.hint
                try make(interface)
            case .listenForNames(let address):
                detail = "questions about names cannot be taken at \(address)"
                try listen(at: address)
            case .listenForRole(let address):
                detail = "a role cannot be asked for at \(address)"
                try listenForRole(at: address)
            case .connect(let slot, let path):
                detail = "nobody listens on \(path)"
                table.put(try LocalConnection(to: path).take(), in: slot.number)
            case .connectListener(let choice):
                detail = "nobody listens on \(choice.path)"
                table.put(try LocalConnection(to: choice.path).take(), in: Slot.listener.number)
                listener = choice
            case .awaitMounts, .awaitNamespaces, .runHook: break
            case .letGoOn, .letBecomeRoot, .letUseInterfaces: try socket?.send([1])
            case .setProcessors(let processors):
                detail = "none of the processors \(processors) can be used here"
                try CurrentProcess.setProcessors(processors)
            case .openProc: table.put(try ProcDirectory.open(), in: Slot.proc.number)
            case .raiseLimit(let choice):
                detail = "raising \(choice.resource) to \(choice.limit.hard) needs CAP_SYS_RESOURCE"
                guard let id = childID else { throw SystemError("prlimit", .noChild) }
                try choice.limit.raise(choice.resource, of: id)
            case .handOver(let slots):
                for part in slots.ofMessages { try socket?.send([1], descriptors: part, of: table) }
                table.close(slots.map(\.number))
                table.closeRetired()
            case .makeCgroup, .undo: break
            }
        } catch {
            if case .limit(let setting) = step { detail = setting.hint(for: error.errno) }
            if case .makePort(let port) = step { detail = port.hint(for: error.errno) }
            if case .sealProgram(let path) = step { detail = Self.hint(sealing: path, error.errno) }
            if step.speaks, error.errno == .brokenPipe || error.errno == .connectionReset {
                detail = "the container's process ended before its program ran"
            }
            throw StepError(cause: error, detail: detail)
        }
    }

    private static func hint(sealing path: String, _ errno: Errno) -> String {
        switch errno {
        case .noEntry, .notDirectory: "there is no program \(path) on this machine: write the path of one"
        case .access: "\(path) is no file that may be executed"
        case .execFormat:
            "\(path) needs an interpreter or libraries, which a container need not have: give a static program"
        default: "cannot copy the program \(path): \(errno)"
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

    private mutating func openStreams(input: Bool, owner: UInt32, outlives: Bool) throws(SystemError) {
        if input {
            let pipe = try Pipe()
            try pipe.reader.setOwner(user: owner, group: owner)
            pipe.put(reader: Slot.stream(0).number, in: &table, writer: 0, in: &streams)
        }
        for stream in [1, 2] {
            let pipe = try Pipe()
            // Its own owner, or a program could not open /dev/stdout again.
            try pipe.writer.setOwner(user: owner, group: owner)
            let both = outlives ? try pipe.writerThatReads() : nil
            pipe.put(reader: stream, in: &streams, writer: Slot.stream(stream).number, in: &table)
            if let both { table.put(both, in: Slot.stream(stream).number) }
        }
    }

    private mutating func mapIDs(_ map: IDMap) throws(SystemError) {
        guard let id = childID else { throw SystemError("uid_map", .noChild) }
        try Descriptor.open("/proc/\(id)/uid_map", .writeOnly).write(map.text)
        try Descriptor.open("/proc/\(id)/gid_map", .writeOnly).write(map.groupText)
        table.put(try Descriptor.open("/proc/\(id)/ns/user", .readOnly), in: Slot.userNamespace.number)
    }

    private borrowing func copied(
        _ copy: TreeCopy, messages detail: inout String?
    ) throws(SystemError) -> DetachedMount {
        guard let subpath = copy.subpath else {
            return try DetachedMount(copying: copy.path, recursive: copy.isRecursive)
        }
        // Resolved inside, once, and what was opened is what is shown: no link leads out, nor one that somebody puts
        // there meanwhile (CVE-2017-1002101, CVE-2024-21626).
        detail = "there is no \(subpath) in \(copy.path)"
        let place = try Descriptor.open(copy.path, [.path, .directory]).open(
            subpath, [.path], resolve: .container)
        detail = nil
        return try DetachedMount(copying: place, recursive: copy.isRecursive)
    }

    private mutating func copyTree(
        _ slot: Slot, _ copy: TreeCopy, messages detail: inout String?
    ) throws(SystemError) {
        let tree = try copied(copy, messages: &detail)
        if let owners = copy.owners {
            // What a kernel file system in the tree answers is EINVAL: mount_setattr(2).
            if case .bind = slot {
                detail = "a file system there cannot show mapped owners: bind less of it, or write --userns host"
            }
            try table.with(owners.namespace.number) { namespace throws(SystemError) in
                try tree.mapOwners(through: namespace, recursive: owners.isRecursive)
            }
            detail = nil
            if case .mapping = owners.namespace { table.close([owners.namespace.number]) }
        }
        if !copy.attributes.isEmpty { try tree.change(copy.attributes, recursive: false) }
        if !copy.attributesBelow.isEmpty { try tree.change(copy.attributesBelow, recursive: true) }
        for change in copy.propagation { try tree.setPropagation(change.propagation, recursive: change.isRecursive) }
        table.put(tree.take(), in: slot.number)
    }
}

extension MacvlanInterface {
    fileprivate var hint: String {
        mode == .passthru
            ? "one container at a time can have \(parent) for itself, and nothing else may be above it"
            : "is there an interface \(parent), with nothing above it that has it for itself?"
    }
}

extension NetworkPort {
    /// What a person can do about an error that the kernel's word does not explain.
    fileprivate func hint(for errno: Errno) -> String? {
        switch errno {
        case .exchangeFull: "the bridge \(bridge) has 1,023 ports, and the kernel gives none more: make another network"
        case .notSupported: "this kernel has no veth: load it, or use --network none or host"
        case .noDevice: "there is no bridge \(bridge): it was removed"
        default: nil
        }
    }
}

extension HostStep {
    /// Whether it tells the child something, which may have ended.
    fileprivate var speaks: Bool {
        switch self {
        case .handOver, .letGoOn, .letBecomeRoot, .letUseInterfaces: true
        default: false
        }
    }
}
