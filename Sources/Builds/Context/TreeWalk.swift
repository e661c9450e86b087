// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A walk over what is selected below a directory of a tree, a directory at a time, each before those in it.
///
/// Within a directory, names come in the order of their bytes. Links are not followed. Sockets are left out: they mean
/// nothing without their process, and no layer can have them. A directory that is left out, but has something in it that
/// is not, is there with its own attributes, like those above what `--parents` selects.
///
///     var walk = try TreeWalk(of: selected, rules, in: tree)
///     while try walk.next() {
///         for parent in walk.parents { … }
///         for entry in walk.entries { … walk.directory … }
///     }
public struct TreeWalk: ~Copyable {
    /// A file of the current directory.
    public struct Entry: Hashable, Sendable {
        /// The name, and where it is in ``TreeWalk/listing``.
        public let name: DirectoryListing.Entry
        /// Of a link itself.
        public let status: FileStatus
    }

    /// A directory above the current one.
    public struct Parent: Hashable, Sendable {
        /// Below the directory where the walk started.
        public let path: [UInt8]
        public let status: FileStatus
    }

    /// Where the current directory is, below the one where the walk started; empty for that one.
    public private(set) var path: [UInt8] = []
    /// Whether the current directory is selected itself, and is not only there for what is in it.
    public private(set) var isSelected = true
    /// The current directory, open for reading.
    public private(set) var directory: Descriptor
    /// The names in the current directory, those of ``entries`` and others.
    public private(set) var listing = DirectoryListing()
    /// What is selected in the current directory. Directories among them come as current ones later.
    public private(set) var entries: [Entry] = []
    /// Directories that are only there since something of ``entries`` is, the uppermost first; each comes once.
    public private(set) var parents: [Parent] = []

    private struct Pending {
        let path: [UInt8]
        let status: FileStatus
        let isSelected: Bool
        /// The directory above, in `visited`.
        let above: Int?
        let answers: Answers
    }
    /// A directory on the way to the current one.
    private struct Visited {
        let path: [UInt8]
        let status: FileStatus
        let above: Int?
        /// Whether it came in `entries` or `parents`.
        var isAnnounced: Bool
    }
    private struct Answers {
        var ignored: IgnoreMatcher.Answer?
        var included: IgnoreMatcher.Answer?
        var excluded: IgnoreMatcher.Answer?
    }

    private let top: Descriptor
    private let place: [UInt8]
    private let treeName: String
    private var ignored: IgnoreMatcher?
    private var included: IgnoreMatcher?
    private var excluded: IgnoreMatcher?
    private var pending: [Pending] = []
    private var visited: [Visited] = []

    /// A walk below `start`, a directory of `tree`.
    public init(
        of start: SelectedPath, _ rules: WalkRules = .everything, in tree: borrowing FileTree
    ) throws(BuildError) {
        let place = start.place.bytes
        // What is below a directory that matched is part of it, so the way to the start counts.
        var ignored: IgnoreMatcher?
        if let filter = tree.filter, !filter.isEmpty { ignored = try IgnoreMatcher(filter) }
        let above = ignored?.answer(forDirectory: place)
        var included: IgnoreMatcher?
        if let pattern = rules.included {
            included = try IgnoreMatcher(IgnoreFilter(patterns: [.init(text: pattern)]))
        }
        let excluded = rules.excluded.isEmpty ? nil : try IgnoreMatcher(rules.excluded)
        let top = try Self.open(start, in: tree)
        let first = try Self.open(start, in: tree)
        self.top = top
        directory = first
        (self.place, self.ignored, self.included, self.excluded) = (place, ignored, included, excluded)
        treeName = tree.name
        pending.append(
            Pending(
                path: [], status: start.status, isSelected: true, above: nil,
                answers: Answers(ignored: above, included: included?.root, excluded: excluded?.root)))
    }

    private static func open(_ start: SelectedPath, in tree: borrowing FileTree) throws(BuildError) -> Descriptor {
        do throws(SystemError) {
            return try tree.root.open(
                start.place.isEmpty ? "." : start.place, [.readOnly, .directory], resolve: SelectedPath.resolution)
        } catch {
            throw BuildError(.file, "cannot read \(start.place) of \(tree.name)", cause: error)
        }
    }

    /// Goes to the next directory; false where there is none. A directory with nothing selected in it is one too.
    public mutating func next() throws(BuildError) -> Bool {
        guard let next = pending.popLast() else { return false }
        path = next.path
        entries.removeAll(keepingCapacity: true)
        parents.removeAll(keepingCapacity: true)
        do throws(SystemError) {
            directory = try top.open(
                path.isEmpty ? "." : FileName(path) ?? "", [.readOnly, .directory], resolve: SelectedPath.resolution)
            try listing.read(directory)
        } catch {
            throw failure(path, error)
        }
        // Those that have been left are not above anything that comes.
        visited.removeLast(visited.count - ((next.above ?? -1) + 1))
        visited.append(
            Visited(path: path, status: next.status, above: next.above, isAnnounced: next.isSelected))
        let firstOfThese = pending.count
        try takeIn(below: next.answers)
        pending[firstOfThese...].reverse()
        isSelected = next.isSelected
        if !entries.isEmpty { announceParents() }
        return true
    }

    private mutating func takeIn(below answers: Answers) throws(BuildError) {
        let here = visited.count - 1
        let isFiltered = ignored != nil || included != nil || excluded != nil
        var relative = path.isEmpty ? path : path + [LexicalPath.slash]
        var full = place.isEmpty || relative.isEmpty ? place + relative : place + [LexicalPath.slash] + relative
        if !full.isEmpty, full.last != LexicalPath.slash { full.append(LexicalPath.slash) }
        let (relativeCount, fullCount) = (relative.count, full.count)
        for name in listing.entries {
            if isFiltered {
                let bytes = listing.bytes[name.start..<(name.start + name.count)]
                relative.append(contentsOf: bytes)
                if ignored != nil { full.append(contentsOf: bytes) }
            }
            defer {
                if isFiltered {
                    relative.removeLast(relative.count - relativeCount)
                    full.removeLast(full.count - fullCount)
                }
            }
            if name.isDirectory == false, isFiltered, !selects(relative, full, answers) { continue }
            guard let status = try status(of: name), status.kind != .socket else { continue }
            let entry = Entry(name: name, status: status)
            guard status.isDirectory else {
                if name.isDirectory != false, isFiltered, !selects(relative, full, answers) { continue }
                entries.append(entry)
                continue
            }
            let below = self.answers(forDirectory: relative, full, answers)
            if below.isSelected { entries.append(entry) }
            guard below.isEntered else { continue }
            if !isFiltered {
                relative.append(contentsOf: listing.bytes[name.start..<(name.start + name.count)])
            }
            pending.append(
                Pending(
                    path: relative, status: status, isSelected: below.isSelected, above: here, answers: below.answers))
            relative.removeLast(relative.count - relativeCount)
        }
    }

    /// nil for what went away meanwhile.
    private borrowing func status(of name: DirectoryListing.Entry) throws(BuildError) -> FileStatus? {
        do throws(SystemError) { return try listing.status(of: name, in: directory) } catch {
            if error.errno == .noEntry { return nil }
            throw failure(path + [LexicalPath.slash] + listing.name(of: name).bytes, error)
        }
    }

    private mutating func selects(_ relative: [UInt8], _ full: [UInt8], _ above: Answers) -> Bool {
        if let answer = above.ignored, ignored?.isExcluded(full, in: answer) == true { return false }
        if let answer = above.excluded, excluded?.isExcluded(relative, in: answer) == true { return false }
        if let answer = above.included, included?.isExcluded(relative, in: answer) == false { return false }
        return true
    }

    private mutating func answers(
        forDirectory relative: [UInt8], _ full: [UInt8], _ above: Answers
    ) -> (isSelected: Bool, isEntered: Bool, answers: Answers) {
        var result = (isSelected: true, isEntered: true, answers: Answers())
        if let answer = above.ignored, let own = ignored?.answer(for: full, in: answer) {
            result.answers.ignored = own
            if own.isExcluded {
                result.isSelected = false
                if ignored?.mayTakeBack(below: full, own) == false { result.isEntered = false }
            }
        }
        if let answer = above.excluded, let own = excluded?.answer(for: relative, in: answer) {
            result.answers.excluded = own
            if own.isExcluded {
                result.isSelected = false
                if excluded?.mayTakeBack(below: relative, own) == false { result.isEntered = false }
            }
        }
        if let answer = above.included, let own = included?.answer(for: relative, in: answer) {
            result.answers.included = own
            if !own.isExcluded {
                result.isSelected = false
                if included?.mayMatch(below: relative) == false { result.isEntered = false }
            }
        }
        return result
    }

    private mutating func announceParents() {
        var index: Int? = visited.count - 1
        while let place = index, !visited[place].isAnnounced {
            visited[place].isAnnounced = true
            parents.append(Parent(path: visited[place].path, status: visited[place].status))
            index = visited[place].above
        }
        parents.reverse()
    }

    private borrowing func failure(_ path: [UInt8], _ cause: SystemError) -> BuildError {
        let full = place.isEmpty ? path : place + [LexicalPath.slash] + path
        let shown = String(decoding: full, as: UTF8.self)
        switch cause.errno {
        case .noEntry, .notDirectory, .loop, .crossDevice:
            return BuildError(.file, "\(shown) of \(treeName) changed while it was read: build again", cause: cause)
        default: return BuildError(.file, "cannot read \(shown) of \(treeName)", cause: cause)
        }
    }
}
