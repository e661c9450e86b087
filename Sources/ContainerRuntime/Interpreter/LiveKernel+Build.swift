// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: MountStep) throws(StepError) {
        if case .runHook(let hook) = step { return try hook.run(process: hostID) }
        var detail: String?
        do throws(SystemError) {
            switch step {
            case .awaitHost(let slots):
                guard let channel = socket.take() else { throw SystemError("recvmsg", .brokenPipe) }
                var isOver = false
                for part in slots.ofMessages where !isOver {
                    isOver = try channel.receive(upTo: 16, into: part, of: &table).isEmpty
                }
                socket = consume channel
                if isOver { throw SystemError("recvmsg", .brokenPipe) }
                phases.wait()
            case .awaitIDs: try awaitWord()
            case .makeNamespaces(let kinds, let tells): try make(kinds, tells: tells)
            case .becomeRoot: try becomeRoot()
            case .setOOMScore(let score):
                try Self.setOOMScore(score, of: "self")
            case .newCgroupNamespace:
                try CurrentProcess.unshare(.cgroup)
            case .isolateMounts:
                try MountNamespace.enterRoot()
                try MountNamespace.setPropagation(.private, recursive: true)
            case .attachRoot: try attachRoot(at: "/")
            case .attachRootInPlace(let path): try attachRoot(at: path)
            case .openSettings:
                table.put(try FileSystemContext("proc").mount(.inert).take(), in: Slot.settings.number)
            case .learnProcess: try learnProcess()
            case .awaitHooks: try awaitHooks()
            case .runHook: break
            case .mount(let fileSystem, let attributes, let propagation, let target, let slot):
                let root = try mount(fileSystem, attributes, propagation, at: target, messages: &detail)
                if let slot { table.put(root, in: slot.number) }
            case .attachDevices(let slot):
                let root = try attach(.devices, at: "/dev", isDirectory: true)
                if let slot { table.put(root, in: slot.number) }
            case .attach(let slot, let target, let isDirectory):
                _ = try attach(slot, at: target, isDirectory: isDirectory)
            case .makeNode(let node): try make(node, messages: &detail)
            case .attachNode(let place, let node): try attach(node, from: place)
            case .makeDeviceLinks: try makeDeviceLinks()
            case .makeReadOnly(let slot):
                try MountNamespace.add(.readOnly, to: try table.take(slot.number))
            }
        } catch {
            throw StepError(cause: error, detail: detail ?? step.hint(for: error))
        }
    }

    /// In a procfs that is one, whatever is mounted over the path (CVE-2019-16884).
    static func setOOMScore(_ score: Int, of process: String) throws(SystemError) {
        let file = try Descriptor.open("/proc/\(process)/oom_score_adj", .writeOnly)
        guard try file.fileSystemMagic() == .proc else { throw SystemError("statfs", .noDevice) }
        try file.write("\(score)")
    }

    private mutating func attachRoot(at path: String) throws(SystemError) {
        let place = try Descriptor.open(path, [.path, .directory])
        let root = try DetachedMount(received: try table.take(Slot.root.number)).attach(at: place)
        table.put(root, in: Slot.root.number)
    }

    private mutating func attach(_ slot: Slot, at target: String, isDirectory: Bool) throws(SystemError) -> Descriptor {
        let mount = DetachedMount(received: try table.take(slot.number))
        let place = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(target, isDirectory: isDirectory)
        }
        return try mount.attach(at: place)
    }

    public mutating func perform(_ pivot: Pivot) throws(StepError) {
        do throws(SystemError) {
            try table.with(Slot.root.number) { root throws(SystemError) in
                try CurrentProcess.changeDirectory(to: root)
            }
            try MountNamespace.pivotToCurrentDirectory()
            try MountNamespace.detachCurrentDirectory()
            try CurrentProcess.changeDirectory(to: "/")
        } catch {
            throw StepError(error)
        }
    }
}

extension MountStep {
    /// What a person can do about an error that the kernel's word does not explain.
    fileprivate func hint(for error: SystemError) -> String? {
        switch (self, error.errno) {
        case (.setOOMScore, .access), (.setOOMScore, .notPermitted):
            "without CAP_SYS_RESOURCE the score can only be raised"
        case (.awaitHost, .brokenPipe), (.awaitHooks, .brokenPipe), (.awaitIDs, .brokenPipe): "the parent is gone"
        case (.mount(_, _, _, let target, _), .loop), (.attach(_, let target, _), .loop):
            "\(target) is, or leads through, a symbolic link in the image that is not followed"
        case (.attach(_, let target, false), .invalid):
            "\(target) is a directory in the image, and no file can cover it"
        case (.mount(_, _, _, let target, _), .crossDevice), (.attach(_, let target, _), .crossDevice):
            "\(target) leads to the kernel's own files by a link of the image's: nothing can be mounted there"
        case (.attachDevices, .loop), (.makeNode, .loop), (.attachNode, .loop), (.makeDeviceLinks, .loop):
            "/dev is a symbolic link in the image, where a directory has to be"
        case (.mount(let fileSystem, _, _, _, _), .noDevice):
            "this kernel has no file system of the type \(fileSystem.type): see /proc/filesystems"
        case (.mount(let fileSystem, _, _, _, _), .notPermitted):
            "the kernel mounts \(fileSystem.type) only for who owns the namespaces that it shows: give the container its "
                + "own, or bind the host's"
        case (.mount(_, _, _, let target, _), .notDirectory), (.attach(_, let target, _), .notDirectory):
            "\(target), or a part of it, is no directory in the image"
        default: nil
        }
    }
}
