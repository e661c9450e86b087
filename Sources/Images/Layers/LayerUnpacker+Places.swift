// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LayerUnpacker {
    static let whiteoutPrefix = Array(".wh.".utf8)
    static let opaqueKey: FileName = "trusted.overlay.opaque"
    static let opaqueValue = Array("y".utf8)
    static let characterDevice: UInt32 = 0o020000
    static let blockDevice: UInt32 = 0o060000
    static let pipe: UInt32 = 0o010000

    /// The error for `entry`, of what the kernel said.
    func failure(_ entry: TarEntry, _ cause: SystemError) -> ImageError {
        ImageError(.badEntry, entry.description, "cannot unpack \(entry.description)", cause: cause)
    }

    func failure(_ entry: TarEntry, _ words: String) -> ImageError {
        ImageError(.badEntry, entry.description, "cannot unpack \(entry.description): \(words)")
    }

    /// Where a name of the archive is below the root: empty for the root itself.
    ///
    /// Leading slashes and `.` mean nothing, as for tar(1); a `..` has no place in a layer, and may not lead above the
    /// root of files.
    func place(of name: [UInt8], of entry: TarEntry) throws(ImageError) -> FileName {
        var parts: [ArraySlice<UInt8>] = []
        for part in name.split(separator: UInt8(ascii: "/")) where !part.elementsEqual([UInt8(ascii: ".")]) {
            if part.elementsEqual(Array("..".utf8)) {
                guard !purpose.isLayer, parts.popLast() != nil else {
                    throw failure(entry, "\"..\" would lead out of the \(purpose.isLayer ? "layer" : "destination")")
                }
                continue
            }
            guard part.count <= 255 else { throw failure(entry, "a part of its name is longer than 255 bytes") }
            parts.append(part)
        }
        guard let result = FileName(Array(parts.joined(separator: [UInt8(ascii: "/")]))) else {
            throw failure(entry, "there is a NUL in its name")
        }
        return result
    }

    /// Opens the directory `name`, and makes what of it is missing, as tar(1) does: 0755, root's.
    ///
    /// Consecutive entries are mostly in the same directory, so the last one stays open.
    func openParent(_ name: FileName, for entry: TarEntry) throws(ImageError) -> OpenDirectory {
        if let parent, parent.name == name { return parent.directory }
        let flags: OpenFlags = [.path, .directory]
        let opened: OpenDirectory
        do {
            opened = OpenDirectory(try root.open(name.isEmpty ? "." : name, flags, resolve: .container))
        } catch {
            guard error.errno == .noEntry else { throw failure(entry, error) }
            let place = try openParent(name.parent, for: entry)
            opened = try wrapping({ self.failure(entry, $0) }) { () throws(SystemError) in
                do throws(SystemError) {
                    try place.descriptor.makeDirectory(name.last, mode: 0o700)
                    let root = rootOwner
                    try place.descriptor.setOwner(user: root.user, group: root.group, of: name.last)
                    try place.descriptor.setPermissions(0o755, of: name.last)
                } catch {
                    // A link that leads to nothing: chmod(2) would follow it, out of the root.
                    guard error.errno == .exists else { throw error }
                }
                return OpenDirectory(try root.open(name, flags, resolve: .container))
            }
            // As old as what it is there for, so that the same archive always makes the same layer.
            if purpose.isLayer { directoryTimes.append((name, entry.modified)) }
        }
        parent = (name, opened)
        return opened
    }

    /// Makes room for `entry` at `path`: a directory may replace the attributes of one, anything else is replaced
    /// whole, but for a link to a directory where files are unpacked. True where a whiteout stood there for a directory that comes now, which has to hide the lower one.
    func clear(_ path: FileName, for entry: TarEntry, in directory: borrowing Descriptor) throws(ImageError) -> Bool {
        let name = path.last
        do {
            let status = try directory.status(of: name)
            if entry.kind == .directory, status.isDirectory { return false }
            if entry.kind == .directory, status.kind == .symbolicLink, !purpose.isLayer,
                (try? root.open(path, [.path, .directory], resolve: .container)) != nil
            {
                return false
            }
            if case .copy = purpose, status.isDirectory || entry.kind == .directory {
                throw failure(
                    entry,
                    status.isDirectory
                        ? "it is no directory, and the one that is there by its name stays"
                        : "it is a directory, and what is there by its name is not")
            }
            if let limits, !whiteouts.contains(path) {
                duplicates += 1
                guard duplicates <= limits.duplicates else {
                    let advice = LayerLimits.advice("duplicates=NUMBER")
                    throw failure(entry, "another entry before it has its name: \(advice)")
                }
            }
            try directory.removeTree(name)
            // The open directory may have been inside, or behind a link that is gone.
            parent = nil
            return whiteouts.remove(path) != nil && entry.kind == .directory
        } catch let error as SystemError {
            if error.errno == .noEntry { return false }
            throw failure(entry, error)
        } catch let error as ImageError {
            throw error
        } catch {
            throw failure(entry, "\(error)")
        }
    }

    /// Turns an OCI whiteout into overlayfs's (image-spec, layer.md, Whiteouts; kernel, overlayfs.rst).
    func unpackWhiteout(
        _ path: FileName, in directory: borrowing Descriptor, _ entry: TarEntry
    ) throws(ImageError) {
        let hidden = Array(path.last.bytes.dropFirst(Self.whiteoutPrefix.count))
        let isOpaque = hidden == Array(".wh..opq".utf8)
        // What aufs kept for itself.
        if !isOpaque, hidden.starts(with: Self.whiteoutPrefix) { return }
        guard let name = FileName(hidden), !name.isEmpty else {
            throw failure(entry, "a whiteout that names nothing")
        }
        try wrapping({ self.failure(entry, $0) }) { () throws(SystemError) in
            if isOpaque { return try makeOpaque(".", in: directory) }
            do throws(SystemError) {
                // A whiteout hides what is below this layer, never what this layer has itself.
                if try directory.status(of: name).isDirectory { try makeOpaque(name, in: directory) }
            } catch {
                guard error.errno == .noEntry else { throw error }
                try directory.makeNode(name, mode: Self.characterDevice)
                try directory.setOwner(user: entry.user, group: entry.group, of: name)
                whiteouts.insert(path.parent.appending(name))
            }
        }
    }

    private func makeOpaque(_ name: FileName, in directory: borrowing Descriptor) throws(SystemError) {
        let opened = try directory.open(name, [.readOnly, .directory, .noFollow])
        try opened.setAttribute(Self.opaqueKey, to: Self.opaqueValue)
    }
}
