// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension FileCopier {
    /// What is kept in mind while a directory is copied.
    private struct Progress {
        /// The destination.
        let top: FileName
        /// The source, in its tree.
        let source: FileName
        /// Making something in a directory changes its time, so those come last.
        var times: [(place: FileName, time: FileTime)] = []
        /// Where the first copy of a file is that has several names.
        var firsts: [FileIdentity: FileName] = [:]
        var links: [(place: FileName, first: FileName)] = []
        var files = CopyBatch()

        func place(_ path: [UInt8]) -> FileName {
            guard let path = FileName(path), !path.isEmpty else { return top }
            return top.appending(path)
        }
        func source(_ path: [UInt8]) -> FileName {
            guard let path = FileName(path), !path.isEmpty else { return source }
            return source.appending(path)
        }
    }
    private struct FileIdentity: Hashable {
        var device: DeviceNumber
        var inode: UInt64
    }

    /// Copies what is in a directory, not the directory itself.
    mutating func copyDirectory(
        _ path: SelectedPath, _ rules: WalkRules, of tree: borrowing FileTree
    ) throws(BuildError) {
        let top = try locate(isDirectory: true).place
        var progress = Progress(top: top, source: path.place)
        var walk = try TreeWalk(of: path, rules, in: tree)
        while try walk.next() {
            for parent in walk.parents { try makeParent(parent, &progress, of: tree) }
            try copyAttributes(ofCurrent: walk, progress)
            if walk.entries.isEmpty { continue }
            let place = progress.place(walk.path)
            let directory = try target.open(named: place)
            for entry in walk.entries {
                try copy(
                    entry.status, walk.listing.name(of: entry.name), in: walk.directory, at: walk.path, of: tree,
                    to: directory, at: place, &progress)
            }
            if progress.files.isFull { try flush(&progress, of: tree) }
        }
        note(destination: top, time: path.status.modified)
        try flush(&progress, of: tree, isLast: isLast && progress.links.isEmpty)
        for link in progress.links { try makeLink(link.place, to: link.first) }
        for (place, time) in progress.times.reversed() { try setTime(time, of: place) }
    }

    /// Copies the files. With `isLast`, nothing comes after them but times.
    private mutating func flush(
        _ progress: inout Progress, of tree: borrowing FileTree, isLast: Bool = false
    ) throws(BuildError) {
        let pieces = progress.files.pieces()
        let parts = SharedWork.ranges(of: pieces.count)
        if isLast, processes > 1, progress.files.isLarge {
            follower?.start(on: progress.files, pieces, in: parts, times: progress.times + lastTimes)
        }
        let follower = follower
        try progress.files.copy(pieces, in: parts, of: tree, to: target, &writer, processes: processes) {
            part throws(BuildError) in try follower?.note(done: part)
        }
        progress.files.removeAll()
    }

    private mutating func copy(
        _ status: FileStatus, _ name: FileName, in source: borrowing Descriptor, at path: [UInt8],
        of tree: borrowing FileTree, to directory: borrowing Descriptor, at parent: FileName, _ progress: inout Progress
    ) throws(BuildError) {
        switch status.kind {
        case .directory:
            try mergeDirectory(status, name, of: tree, to: directory, at: parent)
            progress.times.append((parent.appending(name), status.modified))
        case .regular:
            try clear(name, in: directory, at: parent)
            if status.links > 1 {
                let identity = FileIdentity(device: status.device, inode: status.inode)
                if let first = progress.firsts[identity] {
                    progress.links.append((parent.appending(name), first))
                    return
                }
                progress.firsts[identity] = parent.appending(name)
            }
            note(writer.attributes.owner(of: status, keepsOwners: tree.keepsOwners))
            progress.files.add(name, size: status.size, from: progress.source(path), to: parent)
        case .socket, .other: break
        case .symbolicLink, .character, .block, .pipe:
            try clear(name, in: directory, at: parent)
            try copyNode(name, in: source, status, of: tree, to: name, in: directory, at: parent)
        }
    }

    /// Makes a directory below the destination, or gives the one that is there the source's attributes.
    private mutating func mergeDirectory(
        _ status: FileStatus, _ name: FileName, of tree: borrowing FileTree, to directory: borrowing Descriptor,
        at parent: FileName
    ) throws(BuildError) {
        let owner = writer.attributes.owner(of: status, keepsOwners: tree.keepsOwners)
        note(owner)
        let opened = try openOrMake(name, in: directory, at: parent)
        do throws(SystemError) {
            try opened.setOwner(user: owner.user, group: owner.group)
            try opened.setPermissions(writer.attributes.mode(of: status))
        } catch {
            throw BuildError(.file, "cannot set the owner and mode of /\(parent.appending(name))", cause: error)
        }
    }

    private mutating func openOrMake(
        _ name: FileName, in directory: borrowing Descriptor, at parent: FileName
    ) throws(BuildError) -> Descriptor {
        let place = parent.appending(name)
        do throws(SystemError) {
            do throws(SystemError) {
                return try target.makeDirectory(name, in: directory, at: parent)
            } catch {
                guard error.errno == .exists else { throw error }
            }
            return try directory.open(name, [.readOnly, .directory, .noFollow])
        } catch {
            guard error.errno == .notDirectory || error.errno == .loop else {
                throw BuildError(.file, "cannot make /\(place)", cause: error)
            }
            var words = "a directory cannot take the place of the file /\(place): remove it in a RUN before"
            if let link = try? directory.readLink(name) {
                words =
                    "a directory cannot take the place of the link /\(place), which leads to \(link): "
                    + "copy what is in it to where the link leads"
            }
            throw BuildError(.invalid, words)
        }
    }

    /// Makes a directory that is there for what is in it. One that is there already only gets the mode of the source.
    private mutating func makeParent(
        _ parent: TreeWalk.Parent, _ progress: inout Progress, of tree: borrowing FileTree
    ) throws(BuildError) {
        let place = progress.place(parent.path)
        let directory = try target.open(named: place.parent)
        let opened = try openOrMake(place.last, in: directory, at: place.parent)
        do throws(SystemError) {
            guard target.isFresh(place) else { return try opened.setPermissions(parent.status.permissions) }
        } catch {
            throw BuildError(.file, "cannot set the mode of /\(place)", cause: error)
        }
        let source = try tree.open(directory: progress.source(parent.path))
        let owner = writer.attributes.owner(of: parent.status, keepsOwners: tree.keepsOwners)
        note(owner)
        do throws(SystemError) {
            try writer.attributes.set(
                of: opened, owner: owner, mode: writer.attributes.mode(of: parent.status), from: source)
        } catch {
            throw BuildError(.file, "cannot set the owner and mode of /\(place)", cause: error)
        }
        progress.times.append((place, parent.status.modified))
    }

    /// Gives the copy of the walk's current directory its extended attributes, now that the source is open.
    private func copyAttributes(ofCurrent walk: borrowing TreeWalk, _ progress: Progress) throws(BuildError) {
        guard walk.isSelected, !walk.path.isEmpty,
            let keys = try? walk.directory.attributes(), !keys.isEmpty
        else { return }
        let place = progress.place(walk.path)
        do throws(SystemError) {
            let copy = try target.open(itself: place)
            writer.attributes.copyExtended(from: walk.directory, to: copy)
        } catch {
            throw BuildError(.file, "cannot open /\(place)", cause: error)
        }
    }

    private func makeLink(_ place: FileName, to first: FileName) throws(BuildError) {
        do throws(SystemError) { try target.makeLink(place, to: first) } catch {
            throw BuildError(.file, "cannot make /\(place) a second name of /\(first)", cause: error)
        }
    }
}
