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
        case .takeProgram(let path):
            programPath = path
            return
        default: break
        }
        var detail: String?
        do throws(SystemError) {
            switch step {
            case .awaitInterfaces: try awaitWord()
            case .bringLoopbackUp: try Loopback.up()
            case .configureInterface(let settings): try settings.apply()
            case .setHostname(let name): try CurrentProcess.setHostname(name)
            case .setDomainName(let name): try CurrentProcess.setDomainName(name)
            case .setSysctl(let sysctl): try set(sysctl)
            case .openRoot: table.put(try Descriptor.open("/", [.path, .directory]), in: Slot.root.number)
            case .openTerminal(let rows, let columns, let isConsole):
                try openTerminal(TerminalSize(rows: rows, columns: columns), isConsole: isConsole)
            case .sendProcess:
                try LocalConnection(holding: try table.take(Slot.process.number))
                    .send(Array("pidfd".utf8), with: Process.handle(of: CurrentProcess.id))
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
            case .verifyPaths(let masked, let readOnly):
                try verify(masked: masked, readOnly: readOnly, messages: &detail)
            case .setRootPropagation(let change):
                try table.with(Slot.root.number) { root throws(SystemError) in
                    try MountNamespace.setPropagation(change.propagation, of: root, recursive: change.isRecursive)
                }
            case .resolveUser, .takeUser, .resolveProgram, .takeProgram: break
            }
        } catch {
            throw StepError(cause: error, detail: detail ?? step.hint(for: error))
        }
    }

    /// Through the container's own procfs, and only if it is one: a file of the image's in its place would take the
    /// write and the setting would be a lie (CVE-2019-16884, CVE-2025-52881).
    private borrowing func set(_ sysctl: Sysctl) throws(SystemError) {
        let path = "sys/" + sysctl.file
        let isApart = table.has(Slot.settings.number)
        try table.with(isApart ? Slot.settings.number : Slot.root.number) { root throws(SystemError) in
            let proc = try root.open(isApart ? "." : "proc", [.path, .directory], resolve: [.beneath, .noSymlinks])
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
            // A link in its place is refused: it could lead to a file of the kernel's that the program would then write
            // to as its terminal (CVE-2025-52565, CVE-2026-88264).
            let place = try table.with(Slot.root.number) { root throws(SystemError) in
                try root.mountPoint("/dev/console", isDirectory: false)
            }
            try console.attach(at: place)
        }
        var handed = DescriptorTable()
        terminal.put(controller: 0, peer: Slot.terminal.number, in: &handed)
        table.put(try handed.take(Slot.terminal.number), in: Slot.terminal.number)
        if table.has(Slot.console.number) {
            // To whoever watches over the container, before the program runs: conmon takes the command for failed that
            // ends without. One descriptor, and a name for it that nobody opens.
            try LocalConnection(holding: try table.take(Slot.console.number))
                .send(Array("/dev/pts/ptmx".utf8), with: try handed.take(0))
            return
        }
        try socket?.send([ChildMessage.terminal], descriptors: [0], of: handed)
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
