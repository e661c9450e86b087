// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A directory as a tar archive that depends on nothing but what is in it: the same tree gives the same bytes.
///
/// It stays on one file system, as `tar --one-file-system` does: a mount point is an empty directory. Sockets are left
/// out, since an archive has no room for them.
final class DirectorySource: ByteSource {
    /// Whose names may not be archived: a layer would take them for something else.
    private static let whiteoutPrefix = Array(".wh.".utf8)

    private let root: Descriptor
    /// For messages.
    private let path: String
    /// In seconds since 1970: no time in the archive is later.
    private let latest: Int64
    private let found: [(name: FileName, status: FileStatus)]
    private var next = 0
    /// The first name of each file that has several.
    private var names: [[UInt64]: FileName] = [:]
    private var pending: ArraySlice<UInt8> = []
    private var file: FileSource?
    private var current: (name: FileName, left: Int64, size: Int64)?
    private var isFinished = false

    /// Takes in the names below `root`; `excluded` is a directory whose contents are left out.
    init(
        _ root: consuming Descriptor, path: String, excluding excluded: FileStatus, latest: Int64? = nil
    ) throws(ImageError) {
        self.path = path
        self.latest = latest ?? .max
        do throws(SystemError) {
            let status = try root.status()
            var found: [(name: FileName, status: FileStatus)] = [("", status)]
            try Self.walk(root, "", on: status.device, excluding: excluded, into: &found)
            self.found = found
        } catch {
            throw .read(path, error)
        }
        self.root = root
    }

    private static func walk(
        _ directory: borrowing Descriptor, _ name: FileName, on device: DeviceNumber, excluding excluded: FileStatus,
        into found: inout [(name: FileName, status: FileStatus)]
    ) throws(SystemError) {
        for child in try directory.names() {
            let status = try directory.status(of: child)
            let full = name.appending(child)
            if status.kind == .socket || status.kind == .other { continue }
            found.append((full, status))
            guard status.isDirectory, status.device == device, !status.isSameFile(as: excluded) else { continue }
            let opened = try directory.open(child, [.readOnly, .directory, .noFollow])
            try walk(opened, full, on: device, excluding: excluded, into: &found)
        }
    }

    func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
        while pending.isEmpty {
            if let (name, left, size) = current {
                guard left > 0 else {
                    pending = TarWriter.padding(after: size)[...]
                    (current, file) = (nil, nil)
                    continue
                }
                let count = Int(min(left, Int64(try file?.read(into: &buffer) ?? 0)))
                guard count > 0 else {
                    throw ImageError(.cannotRead, "\(name)", "\(path)/\(name) changed while it was read")
                }
                current = (name, left - Int64(count), size)
                return count
            }
            if next == found.count {
                if isFinished { return 0 }
                isFinished = true
                pending = TarWriter.end[...]
            } else {
                next += 1
                pending = try header(found[next - 1].name, found[next - 1].status)[...]
            }
        }
        let count = min(pending.count, buffer.count)
        buffer.replaceSubrange(..<count, with: pending.prefix(count))
        pending = pending.dropFirst(count)
        return count
    }

    /// The headers of `name`; a regular file is opened, and its data comes next.
    private func header(_ name: FileName, _ status: FileStatus) throws(ImageError) -> [UInt8] {
        guard !name.last.bytes.starts(with: Self.whiteoutPrefix) else {
            throw ImageError(
                .badEntry, "\(name)",
                "cannot import \(path)/\(name): in a layer, a name that starts with .wh. removes a file")
        }
        let bytes = name.isEmpty ? Array("./".utf8) : name.bytes + (status.isDirectory ? [UInt8(ascii: "/")] : [])
        var entry = TarEntry(name: bytes, kind: .regular)
        entry.mode = status.permissions
        entry.user = status.user
        entry.group = status.group
        entry.modified = FileTime(seconds: min(status.modified.seconds, latest), nanoseconds: 0)
        do throws(SystemError) {
            switch status.kind {
            case .directory: entry.kind = .directory
            case .symbolicLink:
                entry.kind = .symbolicLink
                entry.target = try root.readLink(name).bytes
            case .character, .block:
                entry.kind = status.kind == .character ? .character : .block
                entry.device = status.node
            case .pipe: entry.kind = .pipe
            default: break
            }
            if status.links > 1, !status.isDirectory {
                let key = [UInt64(status.device.major), UInt64(status.device.minor), status.inode]
                if let first = names[key] {
                    entry.kind = .hardLink
                    entry.target = first.bytes
                    return TarWriter.header(entry)
                }
                names[key] = name
            }
            for key in try root.attributes(of: name.isEmpty ? "." : name) where Self.isKept(key) {
                entry.attributes.append((key, try root.attribute(key, of: name.isEmpty ? "." : name)))
            }
            if entry.kind == .regular {
                let opened = try root.open(
                    name, [.readOnly, .noFollow], resolve: [.beneath, .noSymlinks, .noMagicLinks])
                entry.dataSize = try opened.status().size
                file = FileSource(opened, name: "\(path)/\(name)")
                current = (name, entry.dataSize, entry.dataSize)
            }
        } catch {
            throw .read("\(path)/\(name)", error)
        }
        return TarWriter.header(entry)
    }

    /// What a layer carries: capabilities of files, and what users have set.
    private static func isKept(_ key: FileName) -> Bool {
        key == "security.capability"
            || key.bytes.starts(with: Array("user.".utf8))
                && !key.bytes.starts(with: Array("user.overlay.".utf8))
    }
}
