// SPDX-License-Identifier: Apache-2.0

/// What holds for a whole file system, however often it is mounted: the `MS_` flags of mount(2) that are no attributes
/// of a single mount.
public struct FileSystemFlags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let readOnly = FileSystemFlags(rawValue: 1)
    /// Writes are on the disk when the call returns.
    public static let synchronous = FileSystemFlags(rawValue: 1 << 4)
    /// Mandatory locks, which Linux has not had since 5.15: it takes the word and says so in its log.
    public static let mandatoryLocks = FileSystemFlags(rawValue: 1 << 6)
    /// Changes of directories are on the disk when the call returns.
    public static let synchronousDirectories = FileSystemFlags(rawValue: 1 << 7)
    /// The kernel's log is spared some complaints.
    public static let silent = FileSystemFlags(rawValue: 1 << 15)
    /// Each file counts its changes.
    public static let versions = FileSystemFlags(rawValue: 1 << 23)
    /// Times are written to the disk later.
    public static let lazyTimes = FileSystemFlags(rawValue: 1 << 25)

    private static let words: [(FileSystemFlags, String)] = [
        (.readOnly, "ro"), (.synchronous, "sync"), (.mandatoryLocks, "mand"), (.synchronousDirectories, "dirsync"),
        (.lazyTimes, "lazytime"),
    ]

    /// The flags that fsconfig(2) has no word for: only mount(2) takes them.
    public static let onlyForMount: FileSystemFlags = [.silent, .versions]

    /// The words of mount(8) for the members; those that fsconfig(2) knows, which are all but ``onlyForMount``, are its
    /// parameters.
    public var names: [String] {
        parameters + (contains(.silent) ? ["silent"] : []) + (contains(.versions) ? ["iversion"] : [])
    }

    var parameters: [String] { Self.words.filter { contains($0.0) }.map(\.1) }
}
