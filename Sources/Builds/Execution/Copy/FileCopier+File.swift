// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension FileCopier {
    /// Copies one file that a source leads to, or unpacks it.
    mutating func copyFile(_ path: SelectedPath, of tree: borrowing FileTree) throws(BuildError) {
        let above = try tree.open(directory: path.place.parent)
        guard path.status.kind == .regular else {
            guard path.status.kind != .socket else {
                throw BuildError(
                    .invalid, "\(path.place) of \(tree.name) is a socket, which is nothing without its process")
            }
            let (parent, name) = try location(ofFile: path.name)
            let directory = try target.open(named: parent)
            try clear(name, in: directory, at: parent)
            return try copyNode(path.place.last, in: above, path.status, of: tree, to: name, in: directory, at: parent)
        }
        let source = Source(place: path.place, tree: tree.name)
        let file: Descriptor
        do throws(SystemError) {
            file = try above.open(path.place.last, [.readOnly, .noFollow, .nonBlocking])
        } catch {
            throw source.failure(error)
        }
        if operation.unpacks ?? operation.isAdd, try unpack(file, source) { return }
        try copy(file, to: path.name, source, keepsOwners: tree.keepsOwners)
    }

    /// Copies what was fetched, or unpacks it.
    public mutating func add(_ file: borrowing FetchedFile) throws(BuildError) {
        target.startSource()
        if operation.unpacks == true, try unpack(file.contents, Source(place: file.name, tree: "what was fetched")) {
            return
        }
        let mode = writer.attributes.change?.applied(to: file.mode, isDirectory: false) ?? file.mode
        let owner = writer.attributes.owner ?? UserDatabase.FileOwner(user: 0, group: 0)
        let source = Source(place: file.name, tree: "what was fetched")
        try copy(file.contents, to: file.name, source, mode: mode, owner: owner, modified: file.modified)
    }

    /// Writes a file that is in the Dockerfile: 0644.
    public mutating func add(_ file: InlineFile) throws(BuildError) {
        target.startSource()
        let (parent, name) = try location(ofFile: FileName(file.name))
        let directory = try target.open(named: parent)
        try clear(name, in: directory, at: parent)
        let owner = writer.attributes.owner ?? UserDatabase.FileOwner(user: 0, group: 0)
        note(owner)
        do throws(SystemError) {
            let copy = try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            try copy.write(file.contents)
            try copy.setOwner(user: owner.user, group: owner.group)
            try copy.setPermissions(writer.attributes.change?.applied(to: 0o644, isDirectory: false) ?? 0o644)
            try copy.setTimes(modified: time)
            try copy.close()
        } catch {
            throw BuildError(.file, "cannot write /\(parent.appending(name))", cause: error)
        }
    }

    /// For messages.
    private struct Source {
        var place: FileName
        var tree: String

        func failure(_ cause: SystemError) -> BuildError {
            BuildError(.file, "cannot read \(place) of \(tree)", cause: cause)
        }
    }

    /// Copies an open file. What is not given is the file's own.
    private mutating func copy(
        _ file: borrowing Descriptor, to name: FileName, _ source: Source, mode: UInt32? = nil,
        owner: UserDatabase.FileOwner? = nil, keepsOwners: Bool = false, modified: FileTime? = nil
    ) throws(BuildError) {
        let (parent, newName) = try location(ofFile: name)
        let directory = try target.open(named: parent)
        try clear(newName, in: directory, at: parent)
        let status: FileStatus
        do throws(SystemError) { status = try file.status() } catch { throw source.failure(error) }
        let owner = owner ?? writer.attributes.owner(of: status, keepsOwners: keepsOwners)
        note(owner)
        do throws(FileWriter.Failure) {
            try writer.copy(
                file, status, owner: owner, mode: mode ?? writer.attributes.mode(of: status),
                modified: modified ?? status.modified, to: newName, in: directory)
        } catch {
            throw BuildError(error, copying: source.place, of: source.tree, to: parent.appending(newName))
        }
    }

    /// Unpacks a file into the destination; false where it is no archive.
    private mutating func unpack(_ file: borrowing Descriptor, _ source: Source) throws(BuildError) -> Bool {
        let name = source.place.description
        do {
            guard try FileArchive.isArchive(file, named: name) else { return false }
        } catch {
            throw BuildError(.file, "cannot read \(name) of \(source.tree)", cause: error)
        }
        // Digits of --chmod are for what is copied.
        let location = try locate(isDirectory: true, mode: 0o755)
        let owner = writer.attributes.owner.map { FileArchive.Owner(user: $0.user, group: $0.group) }
        let root = try target.open(named: location.place)
        do {
            note(try FileArchive.unpack(file, named: name, into: root, owner: owner))
        } catch {
            throw BuildError(.file, "cannot unpack \(name) of \(source.tree) to /\(location.place)", cause: error)
        }
        return true
    }

    /// Makes a link, a device or a pipe like the one called `source`.
    mutating func copyNode(
        _ source: FileName, in sourceDirectory: borrowing Descriptor, _ status: FileStatus, of tree: borrowing FileTree,
        to name: FileName, in directory: borrowing Descriptor, at parent: FileName
    ) throws(BuildError) {
        if status.kind == .character, status.node == .none {
            // A layer by itself shows what it hides of those below it, of which there are none.
            if tree.keepsOwners { return }
            throw BuildError(
                .invalid, "\(source) of \(tree.name) is the device 0:0, by which overlayfs hides files: leave it out")
        }
        do throws(SystemError) {
            if status.kind == .symbolicLink {
                try directory.makeSymbolicLink(name, to: try sourceDirectory.readLink(source))
            } else {
                try directory.makeNode(name, mode: status.mode & ~0o7777, device: status.node)
            }
            try writer.attributes.set(
                of: name, in: directory, status, keepsOwners: tree.keepsOwners, from: sourceDirectory, source)
        } catch {
            throw BuildError(
                .file, "cannot copy \(source) of \(tree.name) to /\(parent.appending(name))", cause: error)
        }
        note(writer.attributes.owner(of: status, keepsOwners: tree.keepsOwners))
    }

    /// Removes the file `name`, for another to take its place. A directory stays, and is an error.
    func clear(_ name: FileName, in directory: borrowing Descriptor, at parent: FileName) throws(BuildError) {
        if target.isFresh(parent) { return }
        do throws(SystemError) {
            try directory.remove(name)
        } catch {
            switch error.errno {
            case .noEntry: return
            case .isDirectory:
                throw BuildError(
                    .invalid,
                    "a file cannot take the place of the directory /\(parent.appending(name)): remove it in a RUN before"
                )
            default: throw BuildError(.file, "cannot replace /\(parent.appending(name))", cause: error)
            }
        }
    }
}
