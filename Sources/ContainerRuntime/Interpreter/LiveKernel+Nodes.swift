// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Owns new files as the container's root.
    private borrowing func setFileOwner(root ids: IDMap?) throws(SystemError) {
        try CurrentProcess.setFileOwner(ids?.outside(of: 0) ?? 0, group: ids?.outside(ofGroup: 0) ?? 0)
    }

    /// Devices on a tmpfs of the host's own, so that they work; owned by the container's root, so that it may use them.
    mutating func makeDevices(_ devices: DeviceDirectory, messages: inout String?) throws(SystemError) {
        try setFileOwner(root: devices.ids)
        defer { try? CurrentProcess.setFileOwner(0) }
        let context = try FileSystemContext(devices.fileSystem.type)
        let mount: DetachedMount
        do throws(SystemError) {
            try context.set("source", to: devices.fileSystem.source)
            try context.set(devices.fileSystem.flags)
            for option in devices.fileSystem.options where !option.isEmpty { try context.set(option: option) }
            mount = try context.mount(devices.attributes)
        } catch {
            let said = context.messages()
            if !said.isEmpty { messages = said.joined(separator: "; ") }
            throw error
        }
        for node in devices.nodes {
            var directory = try mount.root.open(".", [.directory])
            let parts = node.name.pathParts.map(String.init)
            for part in parts.dropLast() {
                do { try directory.makeDirectory(part) } catch {
                    guard error.errno == .exists else { throw error }
                }
                directory = try directory.open(part, [.directory, .noFollow])
            }
            try directory.make(node, as: parts.last ?? node.name, ids: devices.ids)
        }
        for (name, target) in Self.deviceLinks {
            do { try mount.root.makeSymbolicLink(name, to: target) } catch {
                // A node of that name was asked for.
                guard error.errno == .exists else { throw error }
            }
        }
        for name in ["pts", "shm", "mqueue"] { try mount.root.makeDirectory(name) }
        if devices.hasConsole { try mount.root.makeNode("console", mode: 0o100600) }
        table.put(mount.take(), in: Slot.devices.number)
    }

    /// The runtime specification's "Default Devices", as far as they are links.
    private static let deviceLinks = [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"), ("core", "/proc/kcore"), ("ptmx", "pts/ptmx"),
    ]

    /// In the `/dev` of the root file system, opened as the directory it has to be: through a link of the image's, links
    /// would be made and a `ptmx` removed on the host (CVE-2026-41579, CVE-2026-47766).
    mutating func makeDeviceLinks() throws(SystemError) {
        let place = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint("/dev", isDirectory: true)
        }
        let directory = try place.open(".", [.directory])
        for (name, target) in Self.deviceLinks {
            if name == "ptmx", (try? directory.readLink(name)) != target { try? directory.remove(name) }
            do { try directory.makeSymbolicLink(name, to: target) } catch {
                guard error.errno == .exists else { throw error }
            }
        }
    }

    /// Makes a node in the root file system, below directories that are made where they are missing.
    mutating func make(_ node: DeviceNode, messages: inout String?) throws(SystemError) {
        let (directory, name) = node.place
        let parent = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(directory, isDirectory: true).open(".", [.directory])
        }
        do throws(SystemError) {
            try parent.make(node, as: name, ids: nil)
        } catch {
            switch error.errno {
            case .exists:
                let status = try parent.status(of: name)
                // The same device is as good as a new one; anything else would be taken for it (CVE-2025-31133).
                guard status.kind == node.kind.file, node.kind == .pipe || status.node == node.number else {
                    messages = "\(node.path) is there already, and is not the device \(node.number)"
                    throw error
                }
            case .notPermitted:
                messages = "making \(node.path) is not allowed: the device rules have to allow m for \(node.number)"
                throw error
            default: throw error
            }
        }
    }

    /// Makes nodes on a tmpfs that no path shows, named by number: for a child that may not make any.
    mutating func makeNodes(_ nodes: [DeviceNode], ids: IDMap?) throws(SystemError) {
        try setFileOwner(root: ids)
        defer { try? CurrentProcess.setFileOwner(0) }
        let context = try FileSystemContext("tmpfs")
        try context.set("source", to: "tmpfs")
        try context.set("mode", to: "0755")
        let mount = try context.mount([.noSetUserID, .noExecute])
        for (index, node) in nodes.enumerated() { try mount.root.make(node, as: "\(index)", ids: ids) }
        table.put(mount.take(), in: Slot.nodes.number)
    }

    /// Shows a node of ``Slot/nodes`` at its place.
    mutating func attach(_ node: DeviceNode, from place: Int) throws(SystemError) {
        if !nodesAreAttached {
            // Over the host's, which goes with the pivot: kernels before 6.15 copy only what is attached.
            let nodes = DetachedMount(received: try table.take(Slot.nodes.number))
            table.put(try nodes.attach(at: try Descriptor.open("/dev", [.path, .directory])), in: Slot.nodes.number)
            nodesAreAttached = true
        }
        let copy = try table.with(Slot.nodes.number) { nodes throws(SystemError) in
            try DetachedMount(copying: try nodes.open("\(place)", [.path, .noFollow]))
        }
        let target = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(node.path, isDirectory: false)
        }
        try copy.attach(at: target)
    }

    /// The host's null device, to cover files with; made sure of, since a link or another file in its place would be shown,
    /// and could be written to, at the masked path (CVE-2025-31133, CVE-2026-88265). It is the host's, opened before there
    /// is a container, which has no say in it.
    mutating func openNull() throws(SystemError) {
        let null = try Descriptor.open("/dev/null", [.path, .noFollow])
        let status = try null.status()
        guard status.kind == .character, status.node == DeviceNumber(1, 3) else {
            throw SystemError("open", .noDevice)
        }
        let cover = try DetachedMount(copying: null)
        try cover.add([.readOnly, .noSetUserID, .noExecute], recursive: false)
        try cover.setPropagation(.private, recursive: false)
        table.put(cover.take(), in: Slot.null.number)
    }
}

extension Descriptor {
    /// Makes a node of this name in this directory, owned by whom `ids` has for its owner.
    fileprivate borrowing func make(_ node: DeviceNode, as name: String, ids: IDMap?) throws(SystemError) {
        try makeNode(name, mode: node.mode, device: node.kind == .pipe ? .none : node.number)
        // The mode is subject to the umask.
        try setPermissions(node.permissions, of: name)
        guard ids != nil || node.user != 0 || node.group != 0 else { return }
        guard let user = ids.map({ $0.outside(of: node.user) }) ?? node.user,
            let group = ids.map({ $0.outside(ofGroup: node.group) }) ?? node.group
        else { throw SystemError("fchownat", .invalid) }
        try setOwner(user: user, group: group, of: name)
    }
}

extension DeviceNode {
    /// The directory and the name in it.
    fileprivate var place: (directory: String, name: String) {
        let parts = path.pathParts
        return ("/" + parts.dropLast().joined(separator: "/"), parts.last.map(String.init) ?? "")
    }
}

extension DeviceNode.Kind {
    fileprivate var file: FileStatus.Kind {
        switch self {
        case .character: .character
        case .block: .block
        case .pipe: .pipe
        }
    }
}
