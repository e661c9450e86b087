// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: RootStep) throws(StepError) {
        switch step {
        case .resolveUser(let user, let groups, let ids):
            identity = try lookUp(user, additionalGroups: groups, ids: ids)
            return
        case .takeUser(let user, let ids):
            identity = try lookUp(user, ids: ids)
            return
        case .resolveProgram(let name, let searchPath, let workingDirectory):
            programPath = try lookUp(program: name, in: searchPath, from: workingDirectory)
            return
        default: break
        }
        do throws(SystemError) {
            switch step {
            case .bringLoopbackUp: try Loopback.up()
            case .setHostname(let name): try CurrentProcess.setHostname(name)
            case .setDomainName(let name): try CurrentProcess.setDomainName(name)
            case .setSysctl(let sysctl): try set(sysctl)
            case .openRoot: table.put(try Descriptor.open("/", [.path, .directory]), in: Slot.root.number)
            case .openTerminal(let rows, let columns, let isConsole):
                try openTerminal(TerminalSize(rows: rows, columns: columns), isConsole: isConsole)
            case .makeWorkingDirectory(let path):
                try table.with(Slot.root.number) { root throws(SystemError) in
                    _ = try root.mountPoint(path, isDirectory: true)
                }
            case .makeReadOnly(let path): try makeReadOnly(path)
            case .mask(let path): try mask(path)
            case .makeRootReadOnly:
                try table.with(Slot.root.number) { root throws(SystemError) in
                    try MountNamespace.add(.readOnly, to: root)
                }
            case .resolveUser, .takeUser, .resolveProgram: break
            }
        } catch {
            throw StepError(cause: error, detail: step.hint(for: error))
        }
    }

    /// Through the container's own procfs, and only if it is one: a file of the image's in its place would take the
    /// write and the setting would be a lie (CVE-2019-16884, CVE-2025-52881).
    private borrowing func set(_ sysctl: Sysctl) throws(SystemError) {
        let path = "sys/" + sysctl.key.split(separator: ".").joined(separator: "/")
        try table.with(Slot.root.number) { root throws(SystemError) in
            let proc = try root.open("proc", [.path, .directory], resolve: [.beneath, .noSymlinks])
            guard try proc.fileSystemMagic() == .proc else { throw SystemError("statfs", .noDevice) }
            let file = try proc.open(path, .writeOnly, resolve: [.beneath, .noSymlinks, .noCrossDevice])
            try file.write(sysctl.value)
        }
    }

    private mutating func openTerminal(_ size: TerminalSize, isConsole: Bool) throws(SystemError) {
        let devpts = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.open("dev/pts", [.path, .directory], resolve: [.beneath, .noSymlinks])
        }
        let terminal = try PseudoTerminal(ofDevpts: devpts)
        try terminal.controller.setTerminalSize(size)
        if isConsole {
            // /dev/console is the same terminal: bound from the open peer, not from a name.
            let console = try DetachedMount(copying: terminal.peer)
            let place = try table.with(Slot.root.number) { root throws(SystemError) in
                try root.open("dev/console", [.path, .noFollow], resolve: [.beneath, .noSymlinks])
            }
            try console.attach(at: place)
        }
        var handed = DescriptorTable()
        terminal.put(controller: 0, peer: Slot.terminal.number, in: &handed)
        table.put(try handed.take(Slot.terminal.number), in: Slot.terminal.number)
        try socket?.send([ChildMessage.terminal], descriptors: [0], of: handed)
    }

    private borrowing func makeReadOnly(_ path: String) throws(SystemError) {
        try table.with(Slot.root.number) { root throws(SystemError) in
            guard let place = try root.openIfThere(path) else { return }
            let copy = try DetachedMount(copying: place, recursive: true)
            try copy.add(.readOnly, recursive: true)
            try copy.attach(at: place)
        }
    }

    /// Puts an empty thing over what is at `path`, read-only. One empty directory and one null device serve all.
    private mutating func mask(_ path: String) throws(SystemError) {
        let opened = try table.with(Slot.root.number) { root throws(SystemError) in try root.openIfThere(path) }
        guard let place = consume opened else { return }
        if try place.status().isDirectory {
            let cover: DetachedMount
            if let directory = emptyDirectory.take() {
                cover = try DetachedMount(copying: directory)
                emptyDirectory = consume directory
            } else {
                let context = try FileSystemContext("tmpfs")
                try context.set("source", to: "tmpfs")
                try context.set("mode", to: "0755")
                try context.set("nr_inodes", to: "2")
                cover = try context.mount([.inert, .readOnly])
            }
            let attached = try cover.attach(at: place)
            if emptyDirectory == nil { emptyDirectory = consume attached }
            return
        }
        let cover: DetachedMount
        if let null = nullFile.take() {
            cover = try DetachedMount(copying: null)
            nullFile = consume null
        } else {
            cover = try nullCover()
        }
        let attached = try cover.attach(at: place)
        if nullFile == nil { nullFile = consume attached }
    }

    /// The null device of the container's /dev, made sure of: a link or another file in its place would be shown, and
    /// could be written to, at the masked path (CVE-2025-31133).
    private borrowing func nullCover() throws(SystemError) -> DetachedMount {
        let null = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.open("dev/null", [.path, .noFollow], resolve: [.beneath, .noSymlinks])
        }
        let status = try null.status()
        guard status.kind == .character, status.node == DeviceNumber(1, 3) else {
            throw SystemError("openat2", .noDevice)
        }
        let cover = try DetachedMount(copying: null)
        try cover.add(.readOnly, recursive: false)
        return cover
    }
}

extension Descriptor {
    /// What is at `path` below this root, or nil where there is nothing.
    borrowing func openIfThere(_ path: String) throws(SystemError) -> Descriptor? {
        do {
            return try open(String(path.drop { $0 == "/" }), [.path], resolve: .container)
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw error
        }
    }
}

extension RootStep {
    fileprivate func hint(for error: SystemError) -> String? {
        switch (self, error.errno) {
        case (.makeWorkingDirectory(let path), .notDirectory), (.makeWorkingDirectory(let path), .exists):
            "the working directory \(path) is no directory"
        case (.setSysctl(let sysctl), .noEntry): "this kernel has no \(sysctl.key) in a namespace of its own"
        case (.setSysctl(let sysctl), .invalid): "\(sysctl.key) does not take \(sysctl.value)"
        default: nil
        }
    }
}
