// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The digests of a context's files, by what `stat` tells of them: a file that was not touched is not read again.
///
/// Files are grouped by directory, and both are in the order of their bytes, so that a walk goes through a directory's
/// group once beside the names. The groups stay as they were read from the disk until a directory changes.
///
/// Of a file, these have to be as they were: size, times of modification and of change, inode, kind and permissions. The
/// time of change nobody can set, so that no edit goes unseen, except for one within the time that the file system's
/// clock takes for a tick, right after the file was read: what was changed so shortly before it was read is not kept
/// (``isSettled(_:at:tick:)``), as git does with racy entries.
struct StatCache: Sendable {
    /// The bytes of what `stat` tells.
    static let keyLength = 36
    /// The bytes of a SHA-256.
    static let digestLength = 32

    /// Where a directory's entries are in ``bytes``.
    struct Group: Sendable {
        let path: Range<Int>
        let entries: Range<Int>
    }

    /// What was read from the disk.
    private(set) var bytes: [UInt8] = []
    private(set) var groups: [Group] = []
    /// Groups that are other than on the disk, by directory.
    private(set) var changed: [[UInt8]: [UInt8]] = [:]
    /// Directories that were walked, whose groups are right.
    private(set) var walked: Set<[UInt8]> = []

    init() {}

    init(bytes: [UInt8], groups: [Group]) {
        self.bytes = bytes
        self.groups = groups
    }

    /// What is known of the files of a directory.
    func entries(of directory: [UInt8]) -> (bytes: [UInt8], range: Range<Int>) {
        if let group = changed[directory] { return (group, group.indices) }
        var (low, high) = (0, groups.count)
        while low < high {
            let middle = (low + high) / 2
            let path = bytes[groups[middle].path]
            if path.elementsEqual(directory) { return (bytes, groups[middle].entries) }
            if path.lexicographicallyPrecedes(directory) { low = middle + 1 } else { high = middle }
        }
        return ([], 0..<0)
    }

    /// Notes the group of a directory anew.
    mutating func set(_ entries: [UInt8], of directory: [UInt8]) { changed[directory] = entries }

    /// Notes that the group of a directory has nothing that is not there.
    mutating func setWalked(_ directory: [UInt8]) { walked.insert(directory) }

    /// What `stat` tells, as it is kept.
    static func key(of status: FileStatus, into key: inout [UInt8]) {
        key.removeAll(keepingCapacity: true)
        key.append(littleEndian: status.size)
        for time in [status.modified, status.changed] {
            key.append(littleEndian: time.seconds &* 1_000_000_000 &+ time.nanoseconds)
        }
        key.append(littleEndian: status.inode)
        key.append(littleEndian: status.mode)
    }

    /// Whether a change that comes after `moment` gives the file other times than it has.
    static func isSettled(_ status: FileStatus, at moment: FileTime, tick: Int64) -> Bool {
        func nanoseconds(_ time: FileTime) -> Int64 { time.seconds &* 1_000_000_000 &+ time.nanoseconds }
        // A time to come is left by a clock that was set back.
        return max(nanoseconds(status.modified), nanoseconds(status.changed)) < nanoseconds(moment) - tick
    }

    /// In nanoseconds, how far apart two changes have to be to have different times, with a margin: the kernel's own
    /// file systems take the time of the last timer tick, others may know no more than seconds.
    static func tick(on magic: FileSystemMagic?) -> Int64 {
        switch magic {
        case .some(.ext4), .some(.btrfs), .some(.xfs), .some(.tmpfs), .some(.overlay): 100_000_000
        default: 2_000_000_000
        }
    }
}

/// Goes through what is known of a directory's files beside the directory itself.
struct StatCacheMerge {
    private let old: [UInt8]
    private var position: Int
    private let end: Int
    private var new: [UInt8] = []
    private(set) var isChanged = false

    init(_ known: (bytes: [UInt8], range: Range<Int>)) {
        old = known.bytes
        position = known.range.lowerBound
        end = known.range.upperBound
        new.reserveCapacity(known.range.count)
    }

    /// The digests of the file `name`, of its contents and of its attributes, where it is as `key` says. Names have to
    /// come in order. Of the names between, those for which `isThere` is true stay known.
    mutating func digests(
        of name: ArraySlice<UInt8>, _ key: [UInt8], isThere: (ArraySlice<UInt8>) -> Bool
    ) -> (contents: ArraySlice<UInt8>, attributes: ArraySlice<UInt8>)? {
        while let (entry, known) = next() {
            if known.lexicographicallyPrecedes(name) {
                keep(entry, isThere(known))
                continue
            }
            guard known.elementsEqual(name) else { return nil }
            position = entry.upperBound
            let keyStart = known.endIndex
            let digests = keyStart + StatCache.keyLength + 1
            for index in key.indices where old[keyStart + index] != key[index] {
                isChanged = true
                return nil
            }
            new.append(contentsOf: old[entry])
            let contentsEnd = digests + StatCache.digestLength
            return (old[digests..<contentsEnd], old[contentsEnd..<entry.upperBound])
        }
        return nil
    }

    /// Takes in what was found out of a file that was not known.
    mutating func add(
        _ name: ArraySlice<UInt8>, _ key: [UInt8], contents: ArraySlice<UInt8>, attributes: ArraySlice<UInt8>
    ) {
        isChanged = true
        new.append(UInt8(truncatingIfNeeded: name.count))
        new.append(contentsOf: name)
        new.append(contentsOf: key)
        new.append(attributes.isEmpty ? 0 : 1)
        new.append(contentsOf: contents)
        new.append(contentsOf: attributes)
    }

    /// The group as it is now.
    mutating func finish(isThere: (ArraySlice<UInt8>) -> Bool) -> [UInt8] {
        while let (entry, known) = next() { keep(entry, isThere(known)) }
        return new
    }

    private mutating func keep(_ entry: Range<Int>, _ isThere: Bool) {
        position = entry.upperBound
        if isThere { new.append(contentsOf: old[entry]) } else { isChanged = true }
    }

    /// The entry at the position, and its name.
    private func next() -> (Range<Int>, ArraySlice<UInt8>)? {
        guard position < end else { return nil }
        let name = (position + 1)..<(position + 1 + Int(old[position]))
        let flag = name.upperBound + StatCache.keyLength
        let length = StatCache.digestLength * (old[flag] == 0 ? 1 : 2)
        return (position..<(flag + 1 + length), old[name])
    }
}
