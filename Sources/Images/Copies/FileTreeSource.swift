// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Files as a tar archive, read while others may change them: those below a directory, or one by its name.
///
/// Each name is looked up in a directory that is open, and no link is followed, so nobody who moves or replaces files
/// meanwhile leads the reader out of the tree (CVE-2018-15664). Only one directory is open at a time, so the tree may be
/// of any depth. What disappears while it is read is left out; a file that becomes shorter is filled up with zeros, as
/// tar(1) does. Sockets have no place in an archive, and the kernel's own file systems below the tree have no files.
final class FileTreeSource: ByteSource {
    /// A directory on the way to where the walk is.
    private struct Level {
        let names: [FileName]
        var next = 0
        /// How much of `path` leads here.
        let length: Int
        let status: FileStatus
    }

    private struct Place: Hashable {
        let device: DeviceNumber
        let inode: UInt64
    }

    /// For messages.
    private let name: String
    private let owners: OwnerMap
    private var directory: Descriptor
    /// Where `directory` is in the archive, with a slash at its end; empty for its root.
    private var path: [UInt8]
    /// What the only file is called in the archive; nil for a tree.
    private let onlyName: [UInt8]?
    private var levels: [Level] = []
    private var pending: [UInt8] = []
    private var written = 0
    private var file: Descriptor?
    private var size: Int64 = 0
    private var left: Int64 = 0
    private var isFinished = false
    /// The first name of each file that has several.
    private var linked: [Place: [UInt8]] = [:]

    private static let slash = UInt8(ascii: "/")

    /// What is below `root`, as `prefix` in the archive; with an empty one, it is the archive's own root.
    init(tree root: consuming Descriptor, named name: String, as prefix: FileName, owners: OwnerMap) throws(ImageError)
    {
        self.name = name
        self.owners = owners
        onlyName = nil
        path = prefix.isEmpty ? [] : prefix.bytes + [Self.slash]
        directory = root
        do throws(SystemError) {
            let status = try directory.status()
            var entry = TarEntry(name: path.isEmpty ? Array("./".utf8) : path, kind: .directory)
            describe(status, &entry)
            try takeAttributes(of: directory, &entry)
            TarWriter.append(entry, to: &pending)
            levels = [Level(names: try directory.names(), length: path.count, status: status)]
        } catch { throw .read(name, error) }
    }

    /// The file `file` of `directory`, no directory itself, as `wanted` in the archive.
    init(
        _ file: FileName, in directory: consuming Descriptor, named name: String, as wanted: FileName, owners: OwnerMap
    ) throws(ImageError) {
        self.name = name
        self.owners = owners
        onlyName = wanted.bytes
        path = []
        self.directory = directory
        do throws(SystemError) {
            levels = [Level(names: [file], length: 0, status: try self.directory.status())]
        } catch { throw .read(name, error) }
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        do throws(SystemError) {
            while written == pending.count {
                pending.removeAll(keepingCapacity: true)
                written = 0
                if left > 0 { return try readFile(into: &buffer) }
                if try !advance() { return 0 }
            }
        } catch { throw .read(name, error) }
        let count = min(pending.count - written, buffer.count)
        buffer.replaceSubrange(..<count, with: pending[written..<written + count])
        written += count
        return count
    }

    private func readFile(into buffer: inout [UInt8]) throws(SystemError) -> Int {
        let wanted = Int(min(left, Int64(buffer.count)))
        let count: Int
        switch file {
        case .some(let file): count = try file.read(into: &buffer, at: 0, upTo: wanted)
        case .none: count = 0
        }
        if count == 0 { for place in 0..<wanted { buffer[place] = 0 } }
        let done = count == 0 ? wanted : count
        left -= Int64(done)
        if left == 0 {
            file = nil
            pending = TarWriter.padding(after: size)
        }
        return done
    }

    /// Goes on to the next entry; false where the archive has been given whole.
    private func advance() throws(SystemError) -> Bool {
        guard let level = levels.last else {
            if isFinished { return false }
            isFinished = true
            pending = TarWriter.end
            return true
        }
        guard level.next < level.names.count else {
            try ascend()
            return true
        }
        levels[levels.count - 1].next += 1
        do throws(SystemError) {
            try visit(level.names[level.next])
        } catch {
            // It was removed or replaced since its name was read; the only one has to be there.
            guard onlyName == nil, [.noEntry, .notDirectory, .loop, .noAddress].contains(error.errno) else {
                throw error
            }
            pending.removeAll(keepingCapacity: true)
        }
        return true
    }

    private func ascend() throws(SystemError) {
        levels.removeLast()
        guard let above = levels.last else { return }
        path.removeLast(path.count - above.length)
        directory = try directory.open("..", [.readOnly, .directory])
        // Whoever writes to the tree may have moved the directory, and with it what is above.
        guard try directory.status().isSameFile(as: above.status) else { throw SystemError("openat", .again) }
    }

    private func visit(_ child: FileName) throws(SystemError) {
        let status = try directory.status(of: child)
        var entry = TarEntry(name: onlyName ?? path + child.bytes, kind: .regular)
        describe(status, &entry)
        switch status.kind {
        case .socket, .other: return
        case .directory: return try enter(child, status, &entry)
        case .symbolicLink:
            entry.kind = .symbolicLink
            entry.target = try directory.readLink(child).bytes
        case .character: (entry.kind, entry.device) = (.character, status.node)
        case .block: (entry.kind, entry.device) = (.block, status.node)
        case .pipe: entry.kind = .pipe
        case .regular: break
        }
        if status.links > 1 {
            let place = Place(device: status.device, inode: status.inode)
            if let first = linked[place] {
                (entry.kind, entry.target) = (.hardLink, first)
                return TarWriter.append(entry, to: &pending)
            }
            linked[place] = entry.name
        }
        if entry.kind == .regular { return try open(child, &entry) }
        TarWriter.append(entry, to: &pending)
    }

    private func enter(_ child: FileName, _ status: FileStatus, _ entry: inout TarEntry) throws(SystemError) {
        let opened = try directory.open(child, [.readOnly, .directory, .noFollow])
        entry.kind = .directory
        entry.name.append(Self.slash)
        try takeAttributes(of: opened, &entry)
        var isOfTheKernel = false
        if status.device != levels.last?.status.device {
            isOfTheKernel = Self.isOfTheKernel(try opened.fileSystemMagic())
        }
        let names = isOfTheKernel ? [] : try opened.names()
        TarWriter.append(entry, to: &pending)
        guard !names.isEmpty else { return }
        path = entry.name
        levels.append(Level(names: names, length: path.count, status: try opened.status()))
        directory = opened
    }

    private func open(_ child: FileName, _ entry: inout TarEntry) throws(SystemError) {
        // What is a pipe by now is not waited for.
        let opened = try directory.open(child, [.readOnly, .noFollow, .nonBlocking])
        let status = try opened.status()
        guard status.kind == .regular else { return }
        describe(status, &entry)
        try takeAttributes(of: opened, &entry)
        entry.dataSize = status.size
        TarWriter.append(entry, to: &pending)
        (size, left) = (status.size, status.size)
        if size > 0 { file = consume opened }
    }

    private func describe(_ status: FileStatus, _ entry: inout TarEntry) {
        entry.mode = status.permissions
        (entry.user, entry.group) = owners.inside(user: status.user, group: status.group)
        entry.modified = FileTime(seconds: status.modified.seconds, nanoseconds: 0)
    }

    /// What an archive carries: capabilities of files, and what users have set.
    private func takeAttributes(of file: borrowing Descriptor, _ entry: inout TarEntry) throws(SystemError) {
        for key in try file.attributes() {
            guard key == "security.capability" || key.starts(with: Array("user.".utf8)) else { continue }
            // One that is gone by now is as one that never was.
            if let value = try? file.attribute(key) { entry.attributes.append((key, value)) }
        }
    }

    private static func isOfTheKernel(_ magic: FileSystemMagic) -> Bool {
        [.proc, .sysfs, .cgroup2, .devpts].contains(magic)
    }
}
