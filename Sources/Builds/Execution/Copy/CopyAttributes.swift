// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What what is copied gets: who owns it, its mode, and which of its extended attributes go with it.
struct CopyAttributes: Sendable {
    /// `--chown`; nil where owners are kept.
    var owner: UserDatabase.FileOwner?
    /// `--chmod`.
    var change: ModeChange?

    /// The owner of the copy of a file. Those of a tree in which owners do not count are root's.
    func owner(of status: FileStatus, keepsOwners: Bool) -> UserDatabase.FileOwner {
        if let owner { return owner }
        return keepsOwners
            ? UserDatabase.FileOwner(user: status.user, group: status.group)
            : UserDatabase.FileOwner(user: 0, group: 0)
    }

    func mode(of status: FileStatus) -> UInt32 {
        change?.applied(to: status.mode, isDirectory: status.isDirectory) ?? status.permissions
    }

    /// What the directories have that a copy makes on its own account. Changes are for what is there; digits say it all.
    var newDirectory: NewDirectory {
        NewDirectory(mode: change?.octal ?? 0o755, owner: owner ?? UserDatabase.FileOwner(user: 0, group: 0))
    }

    /// What overlayfs keeps for itself, and the label of the host that a file was on.
    private static let leftOut = ["trusted.overlay.", "user.overlay.", "security.selinux"].map { Array($0.utf8) }

    /// Gives `file` the owner, the extended attributes of `source`, and the mode, in the order in which none undoes
    /// another: a change of owner takes set-id bits and capabilities away. Attributes are given as far as they can be.
    func set(
        of file: borrowing Descriptor, owner: UserDatabase.FileOwner, mode: UInt32, from source: borrowing Descriptor
    ) throws(SystemError) {
        try file.setOwner(user: owner.user, group: owner.group)
        copyExtended(from: source, to: file)
        try file.setPermissions(mode)
    }

    func copyExtended(from source: borrowing Descriptor, to file: borrowing Descriptor) {
        guard let keys = try? source.attributes(), !keys.isEmpty else { return }
        for key in keys where !Self.isLeftOut(key) {
            if let value = try? source.attribute(key) { try? file.setAttribute(key, to: value) }
        }
    }

    /// The same for what cannot be opened: links, devices and pipes. Its time too.
    func set(
        of name: FileName, in directory: borrowing Descriptor, _ status: FileStatus, keepsOwners: Bool,
        from source: borrowing Descriptor, _ sourceName: FileName
    ) throws(SystemError) {
        let owner = owner(of: status, keepsOwners: keepsOwners)
        try directory.setOwner(user: owner.user, group: owner.group, of: name)
        for key in (try? source.attributes(of: sourceName)) ?? [] where !Self.isLeftOut(key) {
            if let value = try? source.attribute(key, of: sourceName) {
                try? directory.setAttribute(key, to: value, of: name)
            }
        }
        if status.kind != .symbolicLink { try directory.setPermissions(mode(of: status), of: name) }
        try directory.setTimes(modified: status.modified, of: name)
    }

    private static func isLeftOut(_ key: FileName) -> Bool { leftOut.contains { key.starts(with: $0) } }
}
