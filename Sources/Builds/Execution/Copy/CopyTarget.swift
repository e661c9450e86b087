// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// The tree that a copy writes to. Everything in it is named by its place: the path below the root, on which no link is.
///
/// Where the tree is an overlay, what this copy makes a directory for is written behind it, into the directory that takes
/// the changes: each file made through overlayfs costs 12 µs more, and cannot share blocks with another. Such a directory
/// is in no layer below, so both ways lead to the same; nothing in it is ever looked up in the overlay, so that nothing
/// stale is remembered there.
struct CopyTarget: ~Copyable {
    private let root: Descriptor
    private let upper: Descriptor?
    /// The directories that this copy made.
    private var made: Set<FileName> = []
    /// Those that the current source made: nothing is in them but what is written now.
    private var fresh: Set<FileName> = []

    /// `upper` is the directory behind `root` where that is an overlay, and nil otherwise.
    init(root: consuming Descriptor, upper: consuming Descriptor?) {
        self.root = root
        self.upper = upper
    }

    /// Forgets what is fresh: another source may bring the same names.
    mutating func startSource() { fresh.removeAll(keepingCapacity: true) }

    /// Whether nothing was in the directory `place` before the current source.
    func isFresh(_ place: FileName) -> Bool { fresh.contains(place) }

    /// Opens the directory `place`, to look at what is in it and to make something there.
    func open(directory place: FileName) throws(SystemError) -> Descriptor {
        try open(place, [.readOnly, .directory], behind: made.contains(place))
    }

    /// The same, with an error for a person.
    func open(named place: FileName) throws(BuildError) -> Descriptor {
        do throws(SystemError) { return try open(directory: place) } catch {
            throw BuildError(.file, "cannot open /\(place)", cause: error)
        }
    }

    /// Opens the directory `place`, to change its own attributes.
    func open(itself place: FileName) throws(SystemError) -> Descriptor {
        try open(place, [.readOnly, .directory], behind: !place.isEmpty && made.contains(place.parent))
    }

    private func open(_ place: FileName, _ flags: OpenFlags, behind: Bool) throws(SystemError) -> Descriptor {
        let path: FileName = place.isEmpty ? "." : place
        switch upper {
        case .some(let upper) where behind: return try upper.open(path, flags, resolve: SelectedPath.resolution)
        default: return try root.open(path, flags, resolve: SelectedPath.resolution)
        }
    }

    /// Makes the directory `name` in `directory`, which is open at `parent`, and returns it open, with no attributes set.
    mutating func makeDirectory(
        _ name: FileName, in directory: borrowing Descriptor, at parent: FileName
    ) throws(SystemError) -> Descriptor {
        try directory.makeDirectory(name, mode: 0o700)
        let place = parent.appending(name)
        let opened = try directory.open(name, [.readOnly, .directory, .noFollow])
        if isBehind(place, parent) { made.insert(place) }
        fresh.insert(place)
        return opened
    }

    /// Whether what is in the new directory `place` goes behind the overlay.
    private func isBehind(_ place: FileName, _ parent: FileName) -> Bool {
        switch upper {
        case .some(let upper):
            made.contains(parent)
                || (try? upper.open(place, [.path, .directory], resolve: SelectedPath.resolution)) != nil
        case .none: false
        }
    }

    /// Makes `place` a second name of the file `first`.
    func makeLink(_ place: FileName, to first: FileName) throws(SystemError) {
        // Between the overlay and what is behind it there are no links. Both are in the overlay too, and neither was
        // looked up there before it was made.
        let behind = made.contains(place.parent) && made.contains(first.parent)
        let directory = try open(place.parent, [.readOnly, .directory], behind: behind)
        let other = try open(first.parent, [.readOnly, .directory], behind: behind)
        try directory.makeHardLink(place.last, to: first.last, in: other)
    }

    /// The contents of a file of the tree, by a path that links may be on; nothing where there is none.
    func contents(of path: String) throws(SystemError) -> [UInt8] {
        do throws(SystemError) {
            // A pipe in the place of a file would wait for a writer.
            let file = try root.open(path, [.readOnly, .nonBlocking], resolve: .container)
            guard try file.status().kind == .regular else { return [] }
            return try file.readAll(limit: 1 << 24)
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return [] }
            throw error
        }
    }
}
