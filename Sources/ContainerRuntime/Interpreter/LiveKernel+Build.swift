// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: MountStep) throws(StepError) {
        do throws(SystemError) {
            switch step {
            case .awaitHost(let slots):
                guard let channel = socket.take() else { throw SystemError("recvmsg", .brokenPipe) }
                let message = try channel.receive(upTo: 16, into: slots.map(\.number), of: &table)
                socket = consume channel
                if message.isEmpty { throw SystemError("recvmsg", .brokenPipe) }
            case .becomeRoot:
                try CurrentProcess.setSupplementaryGroups([])
                try CurrentProcess.setGroup(0)
                try CurrentProcess.setUser(0)
            case .setOOMScore(let score):
                try Self.setOOMScore(score, of: "self")
            case .newCgroupNamespace:
                try CurrentProcess.unshare(.cgroup)
            case .isolateMounts:
                try MountNamespace.setPropagation(.private, recursive: true)
            case .attachRoot:
                let place = try Descriptor.open("/", [.path, .directory])
                let root = try DetachedMount(received: try table.take(Slot.root.number)).attach(at: place)
                table.put(root, in: Slot.root.number)
            case .mount(let type, let options, let attributes, let target):
                try mount(type, options, attributes, at: target)
            case .attachDevices:
                try attach(.devices, at: "/dev", isDirectory: true)
            case .attach(let slot, let target, let isDirectory):
                try attach(slot, at: target, isDirectory: isDirectory)
            }
        } catch {
            throw StepError(cause: error, detail: step.hint(for: error))
        }
    }

    /// In a procfs that is one, whatever is mounted over the path (CVE-2019-16884).
    static func setOOMScore(_ score: Int, of process: String) throws(SystemError) {
        let file = try Descriptor.open("/proc/\(process)/oom_score_adj", .writeOnly)
        guard try file.fileSystemMagic() == .proc else { throw SystemError("statfs", .noDevice) }
        try file.write("\(score)")
    }

    private mutating func attach(_ slot: Slot, at target: String, isDirectory: Bool) throws(SystemError) {
        let mount = DetachedMount(received: try table.take(slot.number))
        let place = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(target, isDirectory: isDirectory)
        }
        try mount.attach(at: place)
    }

    private borrowing func mount(
        _ type: String, _ options: [String], _ attributes: MountAttributes, at target: String
    ) throws(SystemError) {
        let context = try FileSystemContext(type)
        if type == "tmpfs" || type == "proc" || type == "sysfs" { try context.set("source", to: type) }
        for option in options {
            guard let equals = option.firstIndex(of: "=") else {
                try context.set(option)
                continue
            }
            try context.set(String(option[..<equals]), to: String(option[option.index(after: equals)...]))
        }
        let mount = try context.mount(attributes)
        let place = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(target, isDirectory: true)
        }
        try mount.attach(at: place)
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
        case (.awaitHost, .brokenPipe): "the parent is gone"
        case (.mount(_, _, _, let target), .loop), (.attach(_, let target, _), .loop):
            "\(target) is, or leads through, a symbolic link in the image that is not followed"
        case (.attach(_, let target, false), .invalid):
            "\(target) is a directory in the image, and no file can cover it"
        case (.mount(_, _, _, let target), .crossDevice), (.attach(_, let target, _), .crossDevice):
            "\(target) leads to the kernel's own files by a link of the image's: nothing can be mounted there"
        case (.attachDevices, .loop): "/dev is a symbolic link in the image, where a directory has to be"
        case (.mount(_, _, _, let target), .notDirectory), (.attach(_, let target, _), .notDirectory):
            "\(target), or a part of it, is no directory in the image"
        default: nil
        }
    }
}

extension Descriptor {
    /// The place `path` below this root, made where it is missing; links lead where they lead inside the root.
    ///
    /// `/proc`, `/sys` and `/dev` and what is below them are taken as they are: a link there is ELOOP
    /// (CVE-2023-27561, CVE-2026-41579).
    borrowing func mountPoint(_ path: String, isDirectory: Bool) throws(SystemError) -> Descriptor {
        let name = String(path.drop { $0 == "/" })
        let isKernels = ["proc", "sys", "dev"].contains(String(name.prefix { $0 != "/" }))
        let resolution: Resolution = isKernels ? [.beneath, .noSymlinks] : .container
        let flags: OpenFlags = isDirectory ? [.path, .directory] : [.path]
        do throws(SystemError) {
            let place = try open(name, flags, resolve: resolution)
            // A link of the image's may lead to the kernel's files all the same (CVE-2019-19921).
            if !isKernels, [.proc, .sysfs, .cgroup2, .devpts].contains(try place.fileSystemMagic()) {
                throw SystemError("openat2", .crossDevice)
            }
            return place
        } catch {
            guard error.errno == .noEntry else { throw error }
        }
        return try make(name, isDirectory: isDirectory, resolution, links: 40)
    }

    private borrowing func make(
        _ path: String, isDirectory: Bool, _ resolution: Resolution, links: Int
    ) throws(SystemError) -> Descriptor {
        let parts = path.split(separator: "/")
        guard let last = parts.last.map(String.init) else { return try open(".", [.path, .directory]) }
        let above = parts.dropLast().joined(separator: "/")
        let parent =
            above.isEmpty
            ? try open(".", [.path, .directory])
            : try open(above, madeWith: resolution, links: links)
        do throws(SystemError) {
            if isDirectory {
                try parent.makeDirectory(last, mode: 0o755)
            } else {
                _ = try parent.open(last, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            }
        } catch {
            guard error.errno == .exists else { throw error }
            // A link that leads nowhere: what it names is made, inside the root as ever.
            guard links > 0, !resolution.contains(.noSymlinks) else { throw SystemError("openat2", .loop) }
            let target = try parent.readLink(last)
            return try make(
                target.hasPrefix("/") ? target : above + "/" + target, isDirectory: isDirectory, resolution,
                links: links - 1)
        }
        return try parent.open(last, [.path, .noFollow])
    }

    private borrowing func open(
        _ path: String, madeWith resolution: Resolution, links: Int
    ) throws(SystemError) -> Descriptor {
        do {
            return try open(path, [.path, .directory], resolve: resolution)
        } catch {
            guard error.errno == .noEntry else { throw error }
            return try make(path, isDirectory: true, resolution, links: links)
        }
    }
}
