// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A layer's directory as the archive that it stands for: the upper directory of an overlay, or an unpacked layer.
///
/// The same directory always gives the same bytes, and what the archive is unpacked to gives them again, so a layer that
/// was made in place needs no archive in the store. Conventions are those of containerd: names in order, directories
/// with a slash at their end, numeric owners, times of modification in whole seconds and no others, whiteouts that
/// belong to nobody and have no time, no sockets, the first name of a hard link as the file, and of the extended
/// attributes `security.capability` and `user.*`. The root itself is no entry.
///
/// Only one directory is open at a time, so it may be of any depth.
struct LayerArchive: ~Copyable {
    /// Where the bytes go, some hundred thousand at a time.
    typealias Sink = (ArraySlice<UInt8>) throws(ImageError) -> Void

    /// What was found on the way.
    struct Contents: Hashable, Sendable {
        /// Bytes of the archive.
        var archiveSize: Int64 = 0
        /// Bytes of file contents.
        var size: Int64 = 0
        var entries = 0
        var highUsers: Set<UInt32> = []
        var highGroups: Set<UInt32> = []
    }

    /// A directory on the way from the root to where the walk is.
    private struct Level {
        let names: [FileName]
        var next = 0
        /// How much of `path` leads here.
        let length: Int
        let status: FileStatus
    }

    /// Fits into the second cache of a processor beside the rest; larger ones are slower.
    private static let capacity = 1 << 18
    private static let zeros = [UInt8](repeating: 0, count: 512)

    /// For messages.
    private let name: String
    private var directory: Descriptor
    /// Where `directory` is below the root, with a slash at its end; empty for the root.
    private var path: [UInt8] = []
    private var levels: [Level] = []
    private var buffer = [UInt8](repeating: 0, count: capacity)
    private var filled = 0
    private var headers: [UInt8] = []
    /// The first name of each file that has several.
    private var linked: [UInt64: [UInt8]] = [:]
    private var contents = Contents()
    /// In seconds since 1970: no time in the archive is later.
    private let latest: Int64
    /// Of a layer that is being filled.
    private let progress: (any LayerProgress)?

    /// The archive of the layer whose root is `root`; `name` is its path, for messages.
    private init(
        _ root: consuming Descriptor, named name: String, below prefix: [UInt8], latest: Int64?,
        _ progress: (any LayerProgress)?
    ) {
        directory = root
        self.name = name
        path = prefix
        self.latest = latest ?? .max
        self.progress = progress
    }

    /// Gives the archive of the layer whose root is the directory `path` to `sink`.
    static func write(
        _ path: String, latest: Int64? = nil, following progress: (any LayerProgress)? = nil, to sink: Sink
    ) throws(ImageError) -> Contents {
        let root = try wrapping({ .read(path, $0) }) { () throws(SystemError) in
            try Descriptor.open(path, [.readOnly, .directory, .noFollow])
        }
        return try write(root, named: path, latest: latest, following: progress, to: sink)
    }

    /// Gives the archive of the layer with that root to `sink`; `name` is for messages. All names are below `prefix`,
    /// which is empty or ends with a slash. With `latest`, in seconds since 1970, no time in it is later. Of a layer that
    /// is being filled, `progress` tells how far it is.
    static func write(
        _ root: consuming Descriptor, named name: String, below prefix: [UInt8] = [], latest: Int64? = nil,
        following progress: (any LayerProgress)? = nil, to sink: Sink
    ) throws(ImageError) -> Contents {
        var archive = LayerArchive(root, named: name, below: prefix, latest: latest, progress)
        try archive.walk(sink)
        return archive.contents
    }

    private mutating func walk(_ sink: Sink) throws(ImageError) {
        do throws(SystemError) {
            levels.append(Level(names: try names(in: directory), length: path.count, status: try directory.status()))
        } catch { throw failure(error) }
        while let level = levels.last {
            guard level.next < level.names.count else {
                try ascend()
                continue
            }
            levels[levels.count - 1].next += 1
            try archive(level.names[level.next], sink)
        }
        try put(TarWriter.end[...], sink)
        try flush(sink)
    }

    /// Goes on in the directory above.
    private mutating func ascend() throws(ImageError) {
        levels.removeLast()
        guard let above = levels.last else { return }
        path.removeLast(path.count - above.length)
        do throws(SystemError) {
            directory = try directory.open("..", [.readOnly, .directory])
            guard try directory.status().isSameFile(as: above.status) else { throw SystemError("openat", .noEntry) }
        } catch { throw failure(error) }
    }

    private mutating func archive(_ child: FileName, _ sink: Sink) throws(ImageError) {
        let status: FileStatus
        var target: [UInt8] = []
        try progress?.wait(for: child, in: path)
        do throws(SystemError) {
            status = try directory.status(of: child)
            if status.kind == .symbolicLink { target = try directory.readLink(child).bytes }
        } catch { throw failure(error) }
        switch status.kind {
        case .socket, .other: return
        case .character where status.node == .none: return try archiveWhiteout(Self.prefix, child, sink)
        default: break
        }
        guard !child.starts(with: Self.prefix) else {
            throw ImageError(
                .badEntry, "\(child)",
                "cannot keep \(place(child)) in a layer, where a name that starts with .wh. removes a file: "
                    + "give it another name")
        }
        var entry = TarEntry(name: path, kind: .regular)
        child.append(to: &entry.name)
        entry.target = target
        entry.mode = status.permissions
        entry.user = status.user
        entry.group = status.group
        entry.modified = limited(status.modified)
        switch status.kind {
        case .directory: return try archiveDirectory(child, status, &entry, sink)
        case .symbolicLink: entry.kind = .symbolicLink
        case .character: entry.kind = .character
        case .block: entry.kind = .block
        case .pipe: entry.kind = .pipe
        default: break
        }
        if entry.kind == .character || entry.kind == .block { entry.device = status.node }
        if status.links > 1 {
            if let first = linked[status.inode] {
                entry.kind = .hardLink
                entry.target = first
                return try put(entry, sink)
            }
            linked[status.inode] = entry.name
        }
        if entry.kind == .regular { return try archiveFile(child, status, &entry, sink) }
        try put(entry, sink)
    }

    private mutating func archiveWhiteout(_ prefix: [UInt8], _ child: FileName, _ sink: Sink) throws(ImageError) {
        var entry = TarEntry(name: path + prefix, kind: .regular)
        child.append(to: &entry.name)
        try put(entry, sink)
    }

    private mutating func archiveDirectory(
        _ child: FileName, _ status: FileStatus, _ entry: inout TarEntry, _ sink: Sink
    ) throws(ImageError) {
        let isOpaque: Bool
        let names: [FileName]
        let opened = try open(child, .directory)
        entry.kind = .directory
        entry.name.append(UInt8(ascii: "/"))
        path = entry.name
        do throws(SystemError) {
            isOpaque = try Self.take(&entry.attributes, of: opened)
            names = try self.names(in: opened)
        } catch {
            path.removeLast(path.count - (levels.last?.length ?? 0))
            throw failure(error, child)
        }
        if let time = progress?.time(of: path) { entry.modified = limited(time) }
        try put(entry, sink)
        // Before what it stands beside, as the specification wants of whiteouts.
        if isOpaque { try archiveWhiteout(Self.prefix + Self.prefix, ".opq", sink) }
        guard !names.isEmpty else {
            path.removeLast(path.count - (levels.last?.length ?? 0))
            return
        }
        levels.append(Level(names: names, length: path.count, status: status))
        directory = opened
    }

    private mutating func archiveFile(
        _ child: FileName, _ status: FileStatus, _ entry: inout TarEntry, _ sink: Sink
    ) throws(ImageError) {
        let opened = try open(child, .nonBlocking)
        do throws(SystemError) {
            _ = try Self.take(&entry.attributes, of: opened)
        } catch { throw failure(error, child) }
        entry.dataSize = status.size
        try put(entry, sink)
        contents.size += status.size
        var left = status.size
        while left > 0 {
            if filled == buffer.count { try flush(sink) }
            let count: Int
            do throws(SystemError) {
                let room = Int(min(Int64(buffer.count - filled), left))
                count = try opened.read(into: &buffer, at: filled, upTo: room)
            } catch { throw failure(error, child) }
            guard count > 0 else {
                throw ImageError(.cannotRead, place(child), "\(place(child)) changed while it was read")
            }
            filled += count
            left -= Int64(count)
        }
        try put(Self.zeros[..<TarWriter.paddingCount(after: status.size)], sink)
    }
}

extension LayerArchive {
    private static let prefix = Array(".wh.".utf8)
    private static let user = Array("user.".utf8)
    private static let capability: FileName = "security.capability"
    /// What overlayfs keeps for itself, in the two places where it does.
    private static let overlays = ["trusted.overlay.", "user.overlay."].map { Array($0.utf8) }

    /// The extended attributes that a layer carries, and whether overlayfs has marked the directory as one that hides
    /// what is below it.
    private static func take(
        _ attributes: inout LayerUnpacker.Attributes, of file: borrowing Descriptor
    ) throws(SystemError) -> Bool {
        var isOpaque = false
        for key in try file.attributes() {
            if let prefix = overlays.first(where: { key.starts(with: $0) }) {
                switch key.bytes.dropFirst(prefix.count) {
                case Array("opaque".utf8)[...]: isOpaque = try file.attribute(key) == LayerUnpacker.opaqueValue
                // The data or the names are elsewhere: it was mounted in a way that layers are never made in.
                case Array("redirect".utf8)[...], Array("metacopy".utf8)[...]:
                    throw SystemError("flistxattr", .notSupported)
                default: break
                }
            } else if key == capability || key.starts(with: user) {
                attributes.append((key, try file.attribute(key)))
            }
        }
        return isOpaque
    }

    private func limited(_ time: FileTime) -> FileTime {
        time.seconds > latest ? FileTime(seconds: latest, nanoseconds: 0) : time
    }

    /// The names in the directory at `path`, in order.
    private borrowing func names(in directory: borrowing Descriptor) throws(SystemError) -> [FileName] {
        let present = try directory.names()
        guard let coming = progress?.files(in: path), !coming.isEmpty else { return present }
        return Set(present).union(coming).sorted()
    }

    private func place(_ child: FileName) -> String { "\(name)/\(String(decoding: path, as: UTF8.self))\(child)" }

    private func failure(_ error: SystemError, _ child: FileName = "") -> ImageError { .read(place(child), error) }

    private func open(_ child: FileName, _ flags: OpenFlags) throws(ImageError) -> Descriptor {
        do { return try directory.open(child, [.readOnly, .noFollow, flags]) } catch { throw failure(error, child) }
    }

    private mutating func put(_ entry: TarEntry, _ sink: Sink) throws(ImageError) {
        contents.entries += 1
        if entry.user > 65535 { contents.highUsers.insert(entry.user) }
        if entry.group > 65535 { contents.highGroups.insert(entry.group) }
        headers.removeAll(keepingCapacity: true)
        TarWriter.append(entry, to: &headers)
        try put(headers[...], sink)
    }

    private mutating func put(_ bytes: ArraySlice<UInt8>, _ sink: Sink) throws(ImageError) {
        var rest = bytes
        while !rest.isEmpty {
            if filled == buffer.count { try flush(sink) }
            let count = min(rest.count, buffer.count - filled)
            buffer.replaceSubrange(filled..<(filled + count), with: rest.prefix(count))
            filled += count
            rest = rest.dropFirst(count)
        }
    }

    private mutating func flush(_ sink: Sink) throws(ImageError) {
        guard filled > 0 else { return }
        try sink(buffer[..<filled])
        contents.archiveSize += Int64(filled)
        filled = 0
    }
}
