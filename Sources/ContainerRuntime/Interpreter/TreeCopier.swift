// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Copies what is in a directory into another one, with owners, modes, times, extended attributes and hard links.
/// Nothing is followed, and what is mounted below the source is copied as it is seen.
struct TreeCopier: ~Copyable {
    /// What becomes of extended attributes that cannot be set.
    enum Attributes: Sendable {
        /// One that the file system has no place for is left out; any other is an error.
        case whole
        /// One that this process may not set is left out, too.
        case asFarAsAllowed
    }

    /// A file that has several names.
    private struct Identity: Hashable {
        let device: DeviceNumber
        let inode: UInt64
    }

    private let buffer = CopyBuffer()
    private let attributes: Attributes
    /// The first name of each, from the top of the target on.
    private var names: [Identity: FileName] = [:]

    private init(_ attributes: Attributes) { self.attributes = attributes }

    /// Copies what is in `source` into `target`, and what `source` itself is.
    static func copy(
        _ source: borrowing Descriptor, into target: borrowing Descriptor, _ attributes: Attributes
    ) throws(SystemError) {
        var copier = TreeCopier(attributes)
        let from = try source.open(".", [.readOnly, .directory])
        let to = try target.open(".", [.readOnly, .directory])
        try copier.copyEntries(from: from, to: to, at: "", top: to)
        let status = try from.status()
        try to.setOwner(user: status.user, group: status.group)
        try to.setPermissions(status.permissions)
        try copyAttributes(from: from, to: to, attributes)
        try to.setTimes(modified: status.modified)
    }

    private mutating func copyEntries(
        from source: borrowing Descriptor, to target: borrowing Descriptor, at path: FileName,
        top: borrowing Descriptor
    ) throws(SystemError) {
        for name in try source.names() { try copy(name, from: source, to: target, at: path.appending(name), top: top) }
    }

    private mutating func copy(
        _ name: FileName, from source: borrowing Descriptor, to target: borrowing Descriptor, at path: FileName,
        top: borrowing Descriptor
    ) throws(SystemError) {
        let status = try source.status(of: name)
        if !status.isDirectory, status.links > 1 {
            let identity = Identity(device: status.device, inode: status.inode)
            if let first = names[identity] { return try target.makeHardLink(name, to: first, in: top) }
            names[identity] = path
        }
        switch status.kind {
        case .directory:
            let old = try source.open(name, [.readOnly, .directory, .noFollow])
            try target.makeDirectory(name, mode: 0o700)
            let new = try target.open(name, [.readOnly, .directory, .noFollow])
            try copyEntries(from: old, to: new, at: path, top: top)
            try finish(new, like: status)
            try Self.copyAttributes(from: old, to: new, attributes)
            try new.setTimes(modified: status.modified)
        case .regular:
            let old = try source.open(name, [.readOnly, .noFollow, .nonBlocking])
            // What is open decides, should the name mean something else by now.
            let opened = try old.status()
            guard opened.kind == .regular else { throw SystemError("openat2", .invalid) }
            let new = try target.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            try old.copyContents(to: new, opened, through: buffer)
            try finish(new, like: opened)
            try Self.copyAttributes(from: old, to: new, attributes)
            try new.setTimes(modified: opened.modified)
        case .symbolicLink:
            try target.makeSymbolicLink(name, to: try source.readLink(name))
            try target.setOwner(user: status.user, group: status.group, of: name)
            try copyAttributes(of: name, from: source, to: target)
            try target.setTimes(modified: status.modified, of: name)
        case .character, .block, .pipe, .socket:
            try target.makeNode(name, mode: status.mode, device: status.node)
            try target.setOwner(user: status.user, group: status.group, of: name)
            try target.setPermissions(status.permissions, of: name)
            try copyAttributes(of: name, from: source, to: target)
            try target.setTimes(modified: status.modified, of: name)
        case .other: return
        }
    }

    /// The owner first: a change of owner takes set-id bits and file capabilities away.
    private borrowing func finish(_ file: borrowing Descriptor, like status: FileStatus) throws(SystemError) {
        try file.setOwner(user: status.user, group: status.group)
        try file.setPermissions(status.permissions)
    }

    /// Copies the extended attributes of what is open.
    static func copyAttributes(
        from source: borrowing Descriptor, to target: borrowing Descriptor, _ attributes: Attributes
    ) throws(SystemError) {
        for key in try source.attributes() where isCopied(key) {
            let value = try source.attribute(key)
            do throws(SystemError) { try target.setAttribute(key, to: value) } catch {
                guard attributes.forgives(error) else { throw error }
            }
        }
    }

    private borrowing func copyAttributes(
        of name: FileName, from source: borrowing Descriptor, to target: borrowing Descriptor
    ) throws(SystemError) {
        for key in try source.attributes(of: name) where Self.isCopied(key) {
            let value = try source.attribute(key, of: name)
            do throws(SystemError) { try target.setAttribute(key, to: value, of: name) } catch {
                guard attributes.forgives(error) else { throw error }
            }
        }
    }

    /// What belongs to the place, and not to the file, is not.
    private static func isCopied(_ key: FileName) -> Bool {
        !key.starts(with: Array("trusted.overlay.".utf8)) && key != "security.selinux"
    }
}

extension TreeCopier.Attributes {
    fileprivate func forgives(_ error: SystemError) -> Bool {
        switch self {
        case .whole: error.errno == .notSupported
        case .asFarAsAllowed: [.notSupported, .notPermitted, .invalid].contains(error.errno)
        }
    }
}
