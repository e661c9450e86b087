// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
public import Linux

/// Carries out a COPY or an ADD: puts files into the tree of a stage.
///
///     var copier = try FileCopier(operation, into: root, upper: upper, now: now, processes: 4)
///     try copier.add(selection, of: tree)
///     let highIDs = try copier.finish()
///
/// It does what BuildKit does (its `solver/llbsolver/file` and fsutil's `copy`), which decides where the manual is silent:
/// the destination of a directory is made if it is not there, and otherwise keeps its mode and owner, and gets the time of
/// the source; directories below it get all of the source's attributes. A source that matches nothing makes nothing.
public struct FileCopier: ~Copyable {
    let operation: CopyOperation
    var target: CopyTarget
    var writer: FileWriter
    /// How many processes may copy at once.
    let processes: Int
    /// Who reads the layer meanwhile, where that can be.
    var follower: LayerFollower?
    /// The time of what has none of its own.
    private let now: FileTime
    private var highIDs: Set<UInt32> = []
    /// Directories that were made on the way to the destination.
    private var made: [FileName] = []
    /// Destinations that directories were copied to, and the directories' times.
    private var destinations: [(place: FileName, time: FileTime)] = []
    /// Whether nothing comes after the current path.
    private(set) var isLast = false

    /// - Parameters:
    ///   - root: The stage's files, or for `--link` an empty directory.
    ///   - upper: The directory that takes the changes, where `root` is an overlay over it; nothing else may use the
    ///     overlay meanwhile. nil where `root` is a directory itself.
    ///   - now: When directories and here-documents came to be that this makes.
    ///   - processes: How many processes copy where there is much to copy. More than 1 is for a process with one thread.
    ///
    /// Throws ``BuildError/Code/missing`` for a user or group of `--chown` that the tree does not have.
    public init(
        _ operation: CopyOperation, into root: consuming Descriptor, upper: consuming Descriptor? = nil, now: FileTime,
        processes: Int = 1
    ) throws(BuildError) {
        let target = CopyTarget(root: root, upper: upper)
        var attributes = CopyAttributes()
        if let mode = operation.mode { attributes.change = try ModeChange(mode) }
        if let owner = operation.owner {
            attributes.owner = try target.owner(named: owner, flag: "--chown", isLink: operation.isLink)
        }
        self.operation = operation
        self.target = target
        self.now = now
        self.processes = processes
        writer = FileWriter(attributes)
    }

    /// Sets the times of the directories that were made on the way, and returns the owners from 65536 on that occur.
    public consuming func finish() throws(BuildError) -> [UInt32] {
        for (place, time) in lastTimes { try setTime(time, of: place) }
        return highIDs.sorted()
    }

    /// What directories get when all is copied. A destination is a later one: it may be among those that were made.
    var lastTimes: [(place: FileName, time: FileTime)] {
        made.map { (place: $0, time: now) } + destinations
    }

    /// Copies what a source of the instruction selects. Archives are unpacked where the instruction says so.
    public mutating func add(_ selection: SourceSelection, of tree: borrowing FileTree) throws(BuildError) {
        isLast = operation.sources.count == 1 && selection.paths.count == 1
        for path in selection.paths {
            target.startSource()
            if path.isDirectory {
                try copyDirectory(path, selection.rules, of: tree)
            } else {
                try copyFile(path, of: tree)
            }
        }
    }

    /// Copies all of a repository's files, which are below the root of `checkout`.
    public mutating func add(checkout: borrowing FileTree) throws(BuildError) {
        let status: FileStatus
        do throws(SystemError) { status = try checkout.root.status() } catch {
            throw BuildError(.file, "cannot read \(checkout.name)", cause: error)
        }
        let rules = WalkRules(included: nil, excluded: try IgnoreFilter(excluding: operation.excludes))
        let root = SelectedPath(place: "", name: "", status: status)
        try add(SourceSelection(paths: [root], rules: rules, keepsParents: false), of: checkout)
    }

    /// Notes an owner for the layer's description.
    mutating func note(_ owner: UserDatabase.FileOwner) {
        for id in [owner.user, owner.group] where id > 65535 { highIDs.insert(id) }
    }

    mutating func note(_ ids: [UInt32]) { highIDs.formUnion(ids) }

    /// Notes that a directory was copied to `place`.
    mutating func note(destination place: FileName, time: FileTime) { destinations.append((place, time)) }

    /// Finds the destination: made where it has to be a directory and is not there.
    mutating func locate(isDirectory: Bool, mode: UInt32? = nil) throws(BuildError) -> CopyLocation {
        var attributes = writer.attributes.newDirectory
        if let mode { attributes.mode = mode }
        var new: [FileName] = []
        let location = try target.locate(
            operation.destination, makesLast: isDirectory || operation.destination.utf8.last == LexicalPath.slash,
            attributes, made: &new)
        made += new
        if !new.isEmpty { note(attributes.owner) }
        return location
    }

    /// Where a file called `name` goes: below the destination where that is a directory, and otherwise to it.
    mutating func location(ofFile name: FileName) throws(BuildError) -> (parent: FileName, name: FileName) {
        let location = try locate(isDirectory: false)
        let place = location.status?.isDirectory == true ? location.place.appending(name) : location.place
        return (place.parent, place.last)
    }

    /// The time of something that has none of its own.
    var time: FileTime { now }

    func setTime(_ time: FileTime, of place: FileName) throws(BuildError) {
        do throws(SystemError) { try target.open(itself: place).setTimes(modified: time) } catch {
            throw BuildError(.file, "cannot set the time of /\(place)", cause: error)
        }
    }
}
