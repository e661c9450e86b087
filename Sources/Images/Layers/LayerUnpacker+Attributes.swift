// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LayerUnpacker {
    /// What overlayfs keeps for itself; an archive that could set it could hide or redirect files.
    private static let overlayPrefixes = ["trusted.overlay.", "user.overlay."].map { Array($0.utf8) }
    private static let userPrefix = Array("user.".utf8)
    private static let selinux: FileName = "security.selinux"

    /// The extended attributes of `entry` that a layer keeps.
    func wantedAttributes(of entry: TarEntry) throws(ImageError) -> Attributes {
        if entry.attributes.isEmpty { return [] }
        var result: Attributes = []
        for (key, value) in entry.attributes {
            let bytes = key.bytes
            if Self.overlayPrefixes.contains(where: { bytes.starts(with: $0) }) {
                throw failure(
                    entry,
                    "it carries \(ShownName.text(key.bytes)), which belongs to overlayfs: archive the merged view, not an upper layer"
                )
            }
            // A label of the host it was archived on; the kernel knows user attributes on files and directories only.
            if key == Self.selinux { continue }
            if bytes.starts(with: Self.userPrefix), entry.kind != .regular, entry.kind != .directory { continue }
            result.append((key, value))
        }
        return result
    }

    /// Makes `entry` owned by whom the purpose says, as the file system has it.
    func setOwner(of entry: inout TarEntry) throws(ImageError) {
        switch purpose {
        case .layer, .files(nil): return
        case .files(let owner?): (entry.user, entry.group) = (owner.user, owner.group)
        case .copy(let owner, let owners):
            let (user, group) = owner.map { ($0.user, $0.group) } ?? (entry.user, entry.group)
            guard let outside = owners.outside(user: user, group: group) else {
                throw failure(entry, "its owner \(user):\(group) is none of the container's users")
            }
            (entry.user, entry.group) = outside
        }
    }

    /// Who owns a directory that the archive does not have and that is made for what is in it.
    var rootOwner: (user: UInt32, group: UInt32) {
        guard case .copy(_, let owners) = purpose, let root = owners.outside(user: 0, group: 0) else { return (0, 0) }
        return root
    }

    /// Sets owner, extended attributes and permissions of what is open, in the order in which none undoes another:
    /// a change of owner takes set-id bits and capabilities away.
    func set(_ attributes: Attributes, of file: borrowing Descriptor, _ entry: TarEntry) throws(SystemError) {
        try file.setOwner(user: entry.user, group: entry.group)
        for (key, value) in attributes {
            try tolerating { () throws(SystemError) in try file.setAttribute(key, to: value) }
        }
        try file.setPermissions(entry.mode)
    }

    /// Sets an extended attribute: a layer has to have it, files do without it where the file system does not take it.
    func tolerating(_ body: () throws(SystemError) -> Void) throws(SystemError) {
        do throws(SystemError) { try body() } catch {
            let isRefused = [.notSupported, .notPermitted, .access, .invalid].contains(error.errno)
            guard !purpose.isLayer, isRefused else { throw error }
        }
    }

    /// A hard link: both names are found without leaving the layer, and a link to a link is one to the link itself.
    func makeHardLink(_ entry: TarEntry, _ name: FileName, in directory: borrowing Descriptor) throws(ImageError) {
        let target = try place(of: entry.target, of: entry)
        let text = ShownName.text(entry.target)
        do {
            let above: FileName = target.parent.isEmpty ? "." : target.parent
            let source = try root.open(above, [.path, .directory], resolve: .container)
            try directory.makeHardLink(name, to: target.last, in: source)
        } catch {
            if error.errno == .noEntry {
                throw failure(
                    entry,
                    "it is a hard link to \(text), which does not come before it in this \(purpose.isLayer ? "layer" : "archive")"
                )
            }
            throw ImageError(
                .badEntry, entry.description, "cannot unpack \(entry.description) as a hard link to \(text)",
                cause: error)
        }
    }

    /// Gives the directories the times that making things in them has changed.
    func setDirectoryTimes() throws(ImageError) {
        // In the order of the archive: of two times for one, the later one is meant.
        for (name, time) in directoryTimes {
            do {
                let directory = try root.open(
                    name.isEmpty ? "." : name, [.readOnly, .directory],
                    resolve: purpose.isLayer ? [.beneath, .noSymlinks, .noMagicLinks] : .container)
                try directory.setTimes(modified: time)
            } catch {
                // A later entry may have replaced it, or have made a way to it a link.
                switch error.errno {
                case .noEntry, .notDirectory, .loop: continue
                default:
                    let text = ShownName.text(name.bytes)
                    throw ImageError(.badEntry, text, "cannot set the time of \(text)", cause: error)
                }
            }
        }
    }
}
