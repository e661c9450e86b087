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
        if fileSystem.copiesUp, !wasMissing { try TreeCopier.copy(place, into: mount.root, .asFarAsAllowed) }
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
        return try configured(fileSystem, attributes, messages: &messages)
    }

    /// A new file system, by fsconfig(2) alone; `messages` has what the kernel says where it refuses.
    borrowing func configured(
        _ fileSystem: NewFileSystem, _ attributes: MountAttributes, messages: inout String?
    ) throws(SystemError) -> DetachedMount {
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
