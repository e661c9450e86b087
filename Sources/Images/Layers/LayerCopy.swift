// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A copy of the upper directory of an overlay, which others may write to meanwhile: files, whiteouts, marks of
/// overlayfs, hard links, owners, modes, times and all other attributes.
///
/// What disappears while it is copied is left out, and a file that is being written is copied as it was found, as after
/// a power cut. Only one directory of each side is open at a time, so it may be of any depth.
struct LayerCopy: ~Copyable {
    private struct Level {
        let names: [FileName]
        var next = 0
        let source: FileStatus
        let target: FileStatus
    }

    private static let capacity = 1 << 18

    /// For messages.
    private let path: String
    private var source: Descriptor
    private var target: Descriptor
    private let root: Descriptor
    private var levels: [Level] = []
    /// Where `source` is below the root.
    private var place: FileName = ""
    /// The first copy of each file that has several names, below the root.
    private var linked: [UInt64: FileName] = [:]
    private var buffer = [UInt8](repeating: 0, count: capacity)

    private init(_ source: consuming Descriptor, path: String, into target: consuming Descriptor) throws(SystemError) {
        self.path = path
        self.source = source
        root = try target.duplicate()
        self.target = target
    }

    /// Copies what is below the directory at `source` into the empty directory at `target`; the directory's own owner,
    /// mode, times and attributes too.
    static func copy(_ source: String, into target: String) throws(ImageError) {
        do throws(SystemError) {
            var copy = try LayerCopy(
                try Descriptor.open(source, [.readOnly, .directory, .noFollow]), path: source,
                into: try Descriptor.open(target, [.readOnly, .directory, .noFollow]))
            try copy.run()
        } catch {
            throw ImageError(.cannotRead, source, "cannot copy \(source) to \(target)", cause: error)
        }
    }

    private mutating func run() throws(SystemError) {
        try push()
        while let level = levels.last {
            guard level.next < level.names.count else {
                try ascend()
                continue
            }
            levels[levels.count - 1].next += 1
            do throws(SystemError) { try copy(level.names[level.next]) } catch {
                // It was removed, or replaced by something else, since its name was read.
                let isGone = [.noEntry, .notDirectory, .isDirectory, .loop].contains(error.errno)
                guard isGone, try hasChanged(level.names[level.next]) else { throw error }
            }
        }
    }

    private func hasChanged(_ name: FileName) throws(SystemError) -> Bool {
        do throws(SystemError) {
            _ = try source.status(of: name)
            return false
        } catch {
            return error.errno == .noEntry
        }
    }

    private mutating func push() throws(SystemError) {
        levels.append(
            Level(names: try source.names(), source: try source.status(), target: try target.status()))
    }

    /// Ends the directory, and goes on in the one above.
    private mutating func ascend() throws(SystemError) {
        let done = levels.removeLast()
        try Self.copyAttributes(of: source, done.source, to: target)
        try target.setTimes(modified: done.source.modified)
        guard let above = levels.last else { return }
        place = place.parent
        source = try source.open("..", [.readOnly, .directory])
        target = try target.open("..", [.readOnly, .directory])
        // Whoever writes to it may have moved the directory meanwhile.
        guard try source.status().isSameFile(as: above.source), try target.status().isSameFile(as: above.target) else {
            throw SystemError("openat", .again)
        }
    }

    private mutating func copy(_ name: FileName) throws(SystemError) {
        let status = try source.status(of: name)
        if status.links > 1, !status.isDirectory {
            if let first = linked[status.inode] { return try target.makeHardLink(name, to: first, in: root) }
        }
        switch status.kind {
        case .directory:
            let below = try source.open(name, [.readOnly, .directory, .noFollow])
            try target.makeDirectory(name, mode: 0o700)
            target = try target.open(name, [.readOnly, .directory, .noFollow])
            source = below
            place = place.appending(name)
            try push()
        case .regular: try copyFile(name)
        case .symbolicLink:
            try target.makeSymbolicLink(name, to: try source.readLink(name))
            try finish(name, status)
        case .character, .block, .pipe, .socket:
            try target.makeNode(name, mode: status.mode, device: status.node)
            try finish(name, status)
            try target.setPermissions(status.permissions, of: name)
        case .other: return
        }
        if status.links > 1, !status.isDirectory { linked[status.inode] = place.appending(name) }
    }

    private func finish(_ name: FileName, _ status: FileStatus) throws(SystemError) {
        try target.setOwner(user: status.user, group: status.group, of: name)
        for key in try source.attributes(of: name) {
            try target.setAttribute(key, to: try source.attribute(key, of: name), of: name)
        }
        try target.setTimes(modified: status.modified, of: name)
    }

    private mutating func copyFile(_ name: FileName) throws(SystemError) {
        let file = try source.open(name, [.readOnly, .noFollow, .nonBlocking])
        let status = try file.status()
        let made = try target.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
        var size: Int64 = 0
        while true {
            let count = try file.read(into: &buffer)
            if count == 0 { break }
            // A run of zeros is a hole, as it may have been in the original.
            if buffer[..<count].allSatisfy({ $0 == 0 }) {
                try made.seek(to: size + Int64(count))
            } else {
                try made.write(buffer[..<count])
            }
            size += Int64(count)
        }
        try made.truncate(to: size)
        try Self.copyAttributes(of: file, status, to: made)
        try made.setTimes(modified: status.modified)
        try made.close()
    }

    /// Owner, extended attributes and permissions, in the order in which none undoes another.
    private static func copyAttributes(
        of source: borrowing Descriptor, _ status: FileStatus, to target: borrowing Descriptor
    ) throws(SystemError) {
        try target.setOwner(user: status.user, group: status.group)
        for key in try source.attributes() { try target.setAttribute(key, to: try source.attribute(key)) }
        try target.setPermissions(status.permissions)
    }
}
