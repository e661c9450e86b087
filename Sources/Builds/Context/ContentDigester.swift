// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux

/// Digests what selections of a tree contain.
///
/// With a place to keep what it finds out, which only contexts have, it reads a file of an unchanged context once.
public struct ContentDigester: ~Copyable {
    private var cache: StatCache?
    private var tick: Int64 = 0
    var files = FileDigester()
    /// How many processes may read at once. More than 1 is for a process with one thread.
    private let processes: Int
    /// Set in a first pass, which puts off what is more than a little.
    private var unread: UnreadFiles?
    /// What was read between the passes, and when that began.
    private var read: [FileName: UnreadFiles.Digests] = [:]
    private var readSince = FileTime(seconds: 0, nanoseconds: 0)
    private var manifest = ContentManifest()
    private var stamp: [UInt8] = []
    private var key: [UInt8] = []

    /// For trees whose files are not known by what `stat` tells of them: images, and what steps left.
    public init(processes: Int = 1) { self.processes = processes }

    /// For the context at `root`, whose files' digests are kept in the directory `store`, a path; it is made where it is
    /// missing. What cannot be read there is found out anew.
    public init(context root: borrowing Descriptor, store: String, processes: Int = 1) throws(BuildError) {
        self.processes = processes
        do throws(SystemError) {
            let directory = try Descriptor.makeDirectories(store, mode: 0o700)
            cache = StatCache(reading: try StatCache.fileName(for: root), in: directory)
            tick = StatCache.tick(on: try root.fileSystemMagic())
        } catch {
            throw BuildError(.file, "cannot read \(store)", cause: error)
        }
    }

    /// Keeps what was found out of the context at `root`, in the directory `store`.
    public borrowing func save(context root: borrowing Descriptor, store: String) throws(BuildError) {
        guard let cache else { return }
        do throws(SystemError) {
            let directory = try Descriptor.makeDirectories(store, mode: 0o700)
            try cache.write(to: try StatCache.fileName(for: root), in: directory, root: root)
        } catch {
            throw BuildError(.file, "cannot write \(store)", cause: error)
        }
    }

    /// Digests `selection`. Where many files are to be read, `whenMuch` is told how many bytes before that is done.
    public mutating func digest(
        _ selection: SourceSelection, _ rules: DigestRules = DigestRules(), in tree: borrowing FileTree,
        whenMuch: (Int64) -> Void = { _ in }
    ) throws(BuildError) -> ContentDigest {
        unread = processes > 1 ? UnreadFiles() : nil
        let first = try pass(selection, rules, tree)
        guard let unread, !unread.isEmpty else { return first }
        self.unread = nil
        whenMuch(unread.size)
        readSince = Clock.wall
        read = try unread.read(in: tree, processes: processes)
        defer { read = [:] }
        return try pass(selection, rules, tree)
    }

    private mutating func pass(
        _ selection: SourceSelection, _ rules: DigestRules, _ tree: borrowing FileTree
    ) throws(BuildError) -> ContentDigest {
        manifest = ContentManifest()
        stamp.removeAll(keepingCapacity: true)
        for path in selection.paths {
            // Of what is copied with its parents, the names are in the walk.
            manifest.append(.selected, path: path.isDirectory ? [] : path.name.bytes)
            guard path.isDirectory else {
                try append(path, rules, tree)
                continue
            }
            try append(top: path, rules, tree)
            try append(below: path, selection.rules, rules, tree)
        }
        return ContentDigest(manifest: manifest, stamp: SHA256.digest(of: stamp))
    }

    /// A selected file that is no directory.
    private mutating func append(
        _ path: SelectedPath, _ rules: DigestRules, _ tree: borrowing FileTree
    ) throws(BuildError) {
        let above = path.place.parent
        do throws(SystemError) {
            let directory = try tree.root.open(
                above.isEmpty ? "." : above, [.readOnly, .directory], resolve: SelectedPath.resolution)
            var merge = cache.map { StatCacheMerge($0.entries(of: above.bytes)) }
            try append(
                path.place.last.bytes[...], path.status, in: directory, at: above, rules, tree.keepsOwners, &merge,
                known: { _ in true })
            if var merge {
                let group = merge.finish { _ in true }
                if merge.isChanged { cache?.set(group, of: above.bytes) }
            }
        } catch {
            throw failure(path.place, tree, error)
        }
    }

    private mutating func append(
        top path: SelectedPath, _ rules: DigestRules, _ tree: borrowing FileTree
    ) throws(BuildError) {
        guard rules.includesTop else { return manifest.appendNothing() }
        // The root of a context is nobody's: a directory as a build makes one.
        if path.place.isEmpty, !tree.keepsOwners {
            return manifest.append(.init(kind: .directory, mode: 0o755, user: 0, group: 0), attributes: [])
        }
        let attributes: [UInt8]
        do throws(SystemError) {
            let directory = try tree.root.open(
                path.place.isEmpty ? "." : path.place, [.readOnly, .directory], resolve: SelectedPath.resolution)
            attributes = try files.attributes(of: directory)
        } catch {
            throw failure(path.place, tree, error)
        }
        manifest.append(header(path.status, rules, tree.keepsOwners), attributes: attributes[...])
    }

    private mutating func append(
        below start: SelectedPath, _ walkRules: WalkRules, _ rules: DigestRules, _ tree: borrowing FileTree
    ) throws(BuildError) {
        var walk = try TreeWalk(of: start, walkRules, in: tree)
        while try walk.next() {
            let place =
                start.place.bytes + (start.place.isEmpty || walk.path.isEmpty ? [] : [LexicalPath.slash]) + walk.path
            do throws(SystemError) {
                for parent in walk.parents {
                    try append(parent, below: start.place, rules, tree)
                }
                try append(directory: walk, place, rules, tree.keepsOwners)
            } catch {
                throw failure(FileName(place) ?? "", tree, error)
            }
        }
    }

    /// A directory that is there for what is in it.
    private mutating func append(
        _ parent: TreeWalk.Parent, below start: FileName, _ rules: DigestRules, _ tree: borrowing FileTree
    ) throws(SystemError) {
        let place = start.appending(FileName(parent.path) ?? "")
        let directory = try tree.root.open(place, [.readOnly, .directory], resolve: SelectedPath.resolution)
        manifest.append(.parent, path: parent.path)
        manifest.append(
            header(parent.status, rules, tree.keepsOwners), attributes: try files.attributes(of: directory)[...])
        StatCache.key(of: parent.status, into: &key)
        stamp += key
    }

    private mutating func append(
        directory walk: borrowing TreeWalk, _ place: [UInt8], _ rules: DigestRules, _ keepsOwners: Bool
    ) throws(SystemError) {
        let isTop = walk.path.isEmpty
        let attributes = isTop || !walk.isSelected ? [] : try files.attributes(of: walk.directory)
        var merge = cache.map { StatCacheMerge($0.entries(of: place)) }
        let names = walk.listing.bytes
        var present = PresentNames(walk.listing)
        let here = FileName(place) ?? ""
        if !walk.entries.isEmpty || !attributes.isEmpty {
            manifest.append(.directory, path: walk.path)
            manifest.append(attributes: attributes[...])
        }
        for entry in walk.entries {
            let name = names[entry.name.start..<(entry.name.start + entry.name.count)]
            manifest.append(.entry, path: name)
            try append(name, entry.status, in: walk.directory, at: here, rules, keepsOwners, &merge) {
                present.contains($0)
            }
        }
        if var merge {
            let group = merge.finish { present.contains($0) }
            if merge.isChanged { cache?.set(group, of: place) }
            cache?.setWalked(place)
        }
    }

    /// What follows the name of a file.
    private mutating func append(
        _ name: ArraySlice<UInt8>, _ status: FileStatus, in directory: borrowing Descriptor, at place: FileName,
        _ rules: DigestRules, _ keepsOwners: Bool, _ merge: inout StatCacheMerge?,
        known: (ArraySlice<UInt8>) -> Bool
    ) throws(SystemError) {
        StatCache.key(of: status, into: &key)
        stamp += key
        let header = header(status, rules, keepsOwners)
        switch status.kind {
        case .regular:
            if let digests = merge?.digests(of: name, key, isThere: known) {
                manifest.append(header, attributes: digests.attributes)
                return manifest.append(contents: digests.contents)
            }
            let own = FileName(name) ?? ""
            if unread?.putsOff(own, status, in: place) == true { return }
            let (moment, contents, attributes) = try digests(of: own, in: directory, at: place)
            manifest.append(header, attributes: attributes)
            manifest.append(contents: contents)
            if merge != nil, StatCache.isSettled(status, at: moment, tick: tick) {
                merge?.add(name, key, contents: contents, attributes: attributes)
            }
        case .directory: manifest.append(header, attributes: [])
        case .symbolicLink:
            let own = FileName(name) ?? ""
            manifest.append(header, attributes: try files.attributes(of: own, in: directory)[...])
            manifest.append(target: try directory.readLink(own))
        default:
            manifest.append(header, attributes: try files.attributes(of: FileName(name) ?? "", in: directory)[...])
            manifest.append(device: status.node)
        }
    }

    /// The digests of a file with the current key, and when it was read at the earliest.
    private mutating func digests(
        of name: FileName, in directory: borrowing Descriptor, at place: FileName
    ) throws(SystemError) -> (moment: FileTime, contents: ArraySlice<UInt8>, attributes: ArraySlice<UInt8>) {
        if !read.isEmpty, let found = read[place.appending(name)], found.key.elementsEqual(key) {
            return (readSince, found.contents, found.attributes)
        }
        let moment = Clock.wall
        let found = try files.digests(of: name, in: directory)
        return (moment, found.contents[...], found.attributes[...])
    }

    private func header(_ status: FileStatus, _ rules: DigestRules, _ keepsOwners: Bool) -> ContentManifest.Header {
        let countsOwner = keepsOwners && !rules.ignoresOwners
        let (kind, mode): (ContentManifest.Kind, UInt32) =
            switch status.kind {
            case .symbolicLink: (.link, 0o777)
            case .directory:
                (.directory, rules.modeChange?.applied(to: status.mode, isDirectory: true) ?? status.permissions)
            case .character: (.character, permissions(status, rules))
            case .block: (.block, permissions(status, rules))
            case .pipe: (.pipe, permissions(status, rules))
            default: (.regular, permissions(status, rules))
            }
        return ContentManifest.Header(
            kind: kind, mode: mode, user: countsOwner ? status.user : 0, group: countsOwner ? status.group : 0)
    }

    private func permissions(_ status: FileStatus, _ rules: DigestRules) -> UInt32 {
        rules.modeChange?.applied(to: status.mode, isDirectory: false) ?? status.permissions
    }

    private func failure(_ place: FileName, _ tree: borrowing FileTree, _ cause: SystemError) -> BuildError {
        switch cause.errno {
        case .noEntry, .notDirectory, .loop, .crossDevice:
            BuildError(.file, "\(place) of \(tree.name) changed while it was read: build again", cause: cause)
        default: BuildError(.file, "cannot read \(place) of \(tree.name)", cause: cause)
        }
    }
}

/// The names in a directory, asked for in order.
private struct PresentNames {
    private let listing: DirectoryListing
    private var next = 0

    init(_ listing: DirectoryListing) { self.listing = listing }

    mutating func contains(_ name: ArraySlice<UInt8>) -> Bool {
        while next < listing.entries.count {
            let entry = listing.entries[next]
            let own = listing.bytes[entry.start..<(entry.start + entry.count)]
            if own.elementsEqual(name) { return true }
            if !own.lexicographicallyPrecedes(name) { return false }
            next += 1
        }
        return false
    }
}
