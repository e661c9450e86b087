// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Mounts a new file system at `target`, and gives its root.
    borrowing func mount(
        _ fileSystem: NewFileSystem, _ attributes: MountAttributes, _ propagation: [PropagationChange],
        at target: String, messages: inout String?
    ) throws(SystemError) -> Descriptor {
        var wasMissing = false
        // Through a link the kernel's files would be at a place of the image's choice (CVE-2023-27561).
        let isStrict = fileSystem.type == "proc" || fileSystem.type == "sysfs"
        let place = try table.with(Slot.root.number) { root throws(SystemError) in
            try root.mountPoint(target, isDirectory: true, isStrict: isStrict, wasMissing: &wasMissing)
        }
        var fileSystem = fileSystem
        if fileSystem.type == "tmpfs", !wasMissing, !fileSystem.options.contains(where: { $0.hasPrefix("mode=") }) {
            // As open as what it covers: /tmp stays everybody's.
            fileSystem.options.append("mode=\(String(try place.status().permissions, radix: 8))")
        }
        let mount = try make(fileSystem, attributes, messages: &messages)
        if fileSystem.copiesUp, !wasMissing { try mount.root.copyTree(from: place) }
        for change in propagation { try mount.setPropagation(change.propagation, recursive: change.isRecursive) }
        return try mount.attach(at: place)
    }

    private borrowing func make(
        _ fileSystem: NewFileSystem, _ attributes: MountAttributes, messages: inout String?
    ) throws(SystemError) -> DetachedMount {
        // A value that fsconfig(2) has no room for, or a flag that it has no word for: mount(2) takes both.
        let isLong = fileSystem.options.contains { $0.utf8.count > FileSystemContext.longestValue }
        if isLong || !fileSystem.flags.isDisjoint(with: .onlyForMount) {
            let mount = try table.with(Slot.root.number) { root throws(SystemError) in
                try MountNamespace.mountDetached(
                    fileSystem.type, from: fileSystem.source, flags: fileSystem.flags,
                    options: fileSystem.options.joined(separator: ","), covering: root)
            }
            if !attributes.isEmpty { try mount.add(attributes, recursive: false) }
            return mount
        }
        let context = try FileSystemContext(fileSystem.type)
        do throws(SystemError) {
            try context.set("source", to: fileSystem.source)
            try context.set(fileSystem.flags)
            for option in fileSystem.options where !option.isEmpty { try context.set(option: option) }
            return try context.mount(attributes)
        } catch {
            let said = context.messages()
            if !said.isEmpty { messages = said.joined(separator: "; ") }
            throw error
        }
    }
}

extension Descriptor {
    /// Copies what is in `source`, a directory, into this one: `tmpcopyup`. Nothing is followed, and what is mounted below
    /// `source` is copied as it is seen.
    borrowing func copyTree(from source: borrowing Descriptor) throws(SystemError) {
        let buffer = CopyBuffer()
        try copyEntries(from: try source.open(".", [.directory]), to: try open(".", [.directory]), through: buffer)
        try copyOwnership(from: source)
    }

    private borrowing func copyOwnership(from source: borrowing Descriptor) throws(SystemError) {
        let status = try source.status()
        let own = try open(".", [.directory])
        try own.setOwner(user: status.user, group: status.group)
        try own.setPermissions(status.permissions)
    }

    private borrowing func copyEntries(
        from source: borrowing Descriptor, to target: borrowing Descriptor, through buffer: borrowing CopyBuffer
    ) throws(SystemError) {
        for name in try source.names() { try copy(name, from: source, to: target, through: buffer) }
    }

    private borrowing func copy(
        _ name: FileName, from source: borrowing Descriptor, to target: borrowing Descriptor,
        through buffer: borrowing CopyBuffer
    ) throws(SystemError) {
        let status = try source.status(of: name)
        switch status.kind {
        case .directory:
            let old = try source.open(name, [.directory, .noFollow])
            try target.makeDirectory(name, mode: 0o700)
            let new = try target.open(name, [.directory, .noFollow])
            try copyEntries(from: old, to: new, through: buffer)
            try target.setOwner(user: status.user, group: status.group, of: name)
            try target.setPermissions(status.permissions, of: name)
        case .regular:
            let old = try source.open(name, [.readOnly, .noFollow, .nonBlocking])
            // What is open decides, should the name mean something else by now.
            let opened = try old.status()
            guard opened.kind == .regular else { throw SystemError("openat2", .invalid) }
            let new = try target.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            try old.copyContents(to: new, opened, through: buffer)
            try target.setOwner(user: opened.user, group: opened.group, of: name)
            try target.setPermissions(opened.permissions, of: name)
        case .symbolicLink:
            try target.makeSymbolicLink(name, to: try source.readLink(name))
            try target.setOwner(user: status.user, group: status.group, of: name)
        case .character, .block, .pipe, .socket:
            try target.makeNode(name, mode: status.mode, device: status.node)
            try target.setOwner(user: status.user, group: status.group, of: name)
            try target.setPermissions(status.permissions, of: name)
        case .other: return
        }
        try target.setTimes(modified: status.modified, of: name)
    }
}
