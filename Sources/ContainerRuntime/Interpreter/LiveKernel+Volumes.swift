// SPDX-License-Identifier: Apache-2.0
public import Linux

extension LiveKernel {
    /// Mounts a file system with the rights of the host's root, attached nowhere.
    mutating func mountFileSystem(
        _ slot: Slot, _ fileSystem: NewFileSystem, _ attributes: MountAttributes, _ owners: TreeCopy.Owners?,
        messages: inout String?
    ) throws(SystemError) {
        let mount = try configured(fileSystem, attributes, messages: &messages)
        if let owners {
            messages = "\(fileSystem.type) cannot show mapped owners: write --userns host"
            try table.with(owners.namespace.number) { namespace throws(SystemError) in
                try mount.mapOwners(through: namespace, recursive: owners.isRecursive)
            }
            messages = nil
        }
        table.put(mount.take(), in: slot.number)
    }

    /// Makes a file system in memory that is as a container's own directory is, seen with the owners of its namespace: what
    /// is written there is not kept, so that no mount has to map it.
    mutating func makeWritable(_ memory: WritableMemory, messages: inout String?) throws(SystemError) {
        let model = try Descriptor.open(memory.model + "/upper", [.path, .directory]).status()
        let mount = try configured(memory.fileSystem, [], messages: &messages)
        let root = try mount.root.open(".", [.readOnly, .directory])
        try root.makeDirectory("upper", mode: 0o700)
        try root.setPermissions(model.permissions, of: "upper")
        try root.setOwner(
            user: memory.ids.map { $0.outside(of: model.user) ?? memory.owner } ?? model.user,
            group: memory.ids.map { $0.outside(ofGroup: model.group) ?? memory.owner } ?? model.group, of: "upper")
        try root.makeDirectory("work", mode: 0o700)
        try root.setOwner(user: memory.owner, group: memory.owner, of: "work")
        table.put(mount.take(), in: Slot.writable.number)
    }

    /// Puts into a volume what the root has at the target, unless something was put in it before or is in it now.
    borrowing func fill(_ fill: VolumeFill, messages: inout String?) throws(SystemError) {
        let directory = try Descriptor.open(fill.directory, [.readOnly, .directory, .noFollow])
        let lock = try VolumeContents.lock(directory)
        defer { withExtendedLifetime(lock) {} }
        if try VolumeContents.isSettled(directory) { return }
        let source: Descriptor
        do throws(SystemError) {
            source = try table.with(Slot.root.number) { root throws(SystemError) in
                try root.open(fill.target, [.readOnly, .directory], resolve: .container)
            }
        } catch {
            // The image has no such directory, and another one may.
            guard [.noEntry, .notDirectory, .loop].contains(error.errno) else { throw error }
            return
        }
        messages = "cannot copy \(fill.target) of the image into the volume \(fill.name)"
        try copy(source, into: directory, for: fill)
        if fill.isDurable { try directory.synchronizeFileSystem() }
        try directory.rename(fill.temporary, to: VolumePart.whole)
        try VolumeContents.settle(directory)
        messages = nil
    }

    /// Copies `source` by way of a mount that shows owners as the root does, so that they are the same on disk.
    private borrowing func copy(
        _ source: borrowing Descriptor, into directory: borrowing Descriptor, for fill: VolumeFill
    ) throws(SystemError) {
        let mount = try DetachedMount(copying: directory)
        if let owners = fill.owners {
            try table.with(owners.number) { namespace throws(SystemError) in
                try mount.mapOwners(through: namespace, recursive: false)
            }
        }
        try CurrentProcess.setFileOwner(fill.owner)
        defer { try? CurrentProcess.setFileOwner(0) }
        try mount.root.makeDirectory(fill.temporary, mode: 0o700)
        let target = try mount.root.open(fill.temporary, [.readOnly, .directory, .noFollow])
        try TreeCopier.copy(source, into: target, .whole)
    }
}

/// What is in a volume's directory, and how a copy becomes its files.
public enum VolumeContents {
    /// The lock of who fills it: no container sees the file, so none can hold it.
    static func lock(_ directory: borrowing Descriptor) throws(SystemError) -> Descriptor {
        let lock = try directory.open(VolumePart.lock, [.readWrite, .create, .noFollow], mode: 0o600)
        _ = try lock.lock(.exclusive)
        return lock
    }

    /// Whether nothing is to be put in any more; goes on with what was broken off.
    static func isSettled(_ directory: borrowing Descriptor) throws(SystemError) -> Bool {
        if try has(VolumePart.mark, directory) { return true }
        if try has(VolumePart.whole, directory) {
            try settle(directory)
            return true
        }
        guard try directory.open(VolumePart.data, [.readOnly, .directory]).names().isEmpty else {
            try mark(directory)
            return true
        }
        return false
    }

    /// Goes on with a copy that is whole and was not put in its place, as a kill or a cut of power leaves it.
    /// - Parameter path: the volume's directory.
    public static func recover(_ path: String) throws(SystemError) {
        let directory = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
        guard try has(VolumePart.whole, directory) else { return }
        let lock = try lock(directory)
        defer { withExtendedLifetime(lock) {} }
        if try has(VolumePart.whole, directory) { try settle(directory) }
    }

    /// Moves what is in the whole copy to the files, one by one, and leaves the mark. The directory itself stays the one
    /// that other containers may show already.
    static func settle(_ directory: borrowing Descriptor) throws(SystemError) {
        let copy = try directory.open(VolumePart.whole, [.readOnly, .directory, .noFollow])
        let data = try directory.open(VolumePart.data, [.readOnly, .directory, .noFollow])
        let status = try copy.status()
        try data.setOwner(user: status.user, group: status.group)
        try data.setPermissions(status.permissions)
        try TreeCopier.copyAttributes(from: copy, to: data, .asFarAsAllowed)
        for name in try copy.names() {
            do throws(SystemError) {
                try copy.rename(name, to: name, in: data)
            } catch {
                // A container has made something there meanwhile, which counts.
                guard [.exists, .notEmpty, .isDirectory, .notDirectory].contains(error.errno) else { throw error }
                try copy.removeTree(name)
            }
        }
        try data.setTimes(modified: status.modified)
        try mark(directory)
        try directory.removeTree(FileName(VolumePart.whole))
    }

    private static func mark(_ directory: borrowing Descriptor) throws(SystemError) {
        _ = try directory.open(VolumePart.mark, [.writeOnly, .create, .noFollow], mode: 0o600)
    }

    private static func has(_ name: String, _ directory: borrowing Descriptor) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try directory.status(of: name)
            return true
        } catch {
            if error.errno == .noEntry { return false }
            throw error
        }
    }
}
