// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What a file is and whose: stat(2).
public struct FileStatus: Hashable, Sendable {
    /// The kind of a file, from the high bits of its mode.
    public enum Kind: Hashable, Sendable {
        case regular, directory, symbolicLink, character, block, pipe, socket, other
    }

    public let device: DeviceNumber
    public let inode: UInt64
    /// Kind and permissions, as in `st_mode`.
    public let mode: UInt32
    public let user: UInt32
    public let group: UInt32
    /// In bytes.
    public let size: Int64
    /// How many bytes of storage it takes: less than the size where there are holes.
    public let allocated: Int64
    public let links: UInt64
    /// The device a node stands for.
    public let node: DeviceNumber
    /// When the contents were changed, as somebody may have set it.
    public let modified: FileTime
    /// When contents or attributes were changed, as the kernel noted it.
    public let changed: FileTime

    init(_ status: stat) {
        device = DeviceNumber(packed: UInt64(status.st_dev))
        inode = UInt64(status.st_ino)
        mode = status.st_mode
        user = status.st_uid
        group = status.st_gid
        size = Int64(status.st_size)
        allocated = Int64(status.st_blocks) * 512
        links = UInt64(status.st_nlink)
        node = DeviceNumber(packed: UInt64(status.st_rdev))
        modified = FileTime(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        changed = FileTime(seconds: Int64(status.st_ctim.tv_sec), nanoseconds: Int64(status.st_ctim.tv_nsec))
    }

    public var kind: Kind {
        switch mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        case S_IFCHR: .character
        case S_IFBLK: .block
        case S_IFIFO: .pipe
        case S_IFSOCK: .socket
        default: .other
        }
    }
    /// The permission bits, set-id and sticky bits included.
    public var permissions: UInt32 { mode & 0o7777 }
    public var isDirectory: Bool { kind == .directory }

    /// Whether both are the same file.
    public func isSameFile(as other: FileStatus) -> Bool { device == other.device && inode == other.inode }
}

/// A moment as file systems keep it.
public struct FileTime: Hashable, Sendable, Comparable {
    public let seconds: Int64
    public let nanoseconds: Int64
    public init(seconds: Int64, nanoseconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: FileTime, right: FileTime) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

extension Descriptor {
    /// The status of what is open: fstat(2).
    public borrowing func status() throws(SystemError) -> FileStatus {
        let number = raw
        var result = stat()
        try check("fstat") { unsafe fstat(number, &result) }
        return FileStatus(result)
    }

    /// The status of `name` in this directory, of the link itself if it is one: fstatat(2).
    public borrowing func status(of name: String) throws(SystemError) -> FileStatus {
        let directory = raw
        var result = stat()
        try check("fstatat") { unsafe fstatat(directory, name, &result, AT_SYMLINK_NOFOLLOW) }
        return FileStatus(result)
    }

    /// The magic number of the file system this is on: fstatfs(2), as in linux/magic.h.
    public borrowing func fileSystemMagic() throws(SystemError) -> FileSystemMagic {
        let number = raw
        var magic: Int64 = 0
        try check("fstatfs") { unsafe mb_fstatfs_magic(number, &magic) }
        return FileSystemMagic(rawValue: UInt32(truncatingIfNeeded: magic))
    }

    /// Changes the owner of what is open, or of `name` in it: fchownat(2).
    public borrowing func setOwner(user: UInt32, group: UInt32, of name: String = "") throws(SystemError) {
        let number = raw
        let flags = AT_SYMLINK_NOFOLLOW | (name.isEmpty ? 0x1000 /* AT_EMPTY_PATH */ : 0)
        try check("fchownat") { unsafe fchownat(number, name, user, group, flags) }
    }

    /// Changes the permission bits: fchmod(2).
    public borrowing func setPermissions(_ mode: UInt32) throws(SystemError) {
        let number = raw
        try check("fchmod") { fchmod(number, mode) }
    }

    /// Changes the permission bits of `name`, which must not be a link: fchmodat(2).
    public borrowing func setPermissions(_ mode: UInt32, of name: String) throws(SystemError) {
        let number = raw
        try check("fchmodat") { unsafe fchmodat(number, name, mode, 0) }
    }
}

/// A file system by the number that statfs(2) tells.
public struct FileSystemMagic: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    public static let proc = FileSystemMagic(rawValue: UInt32(PROC_SUPER_MAGIC))
    public static let sysfs = FileSystemMagic(rawValue: UInt32(SYSFS_MAGIC))
    public static let tmpfs = FileSystemMagic(rawValue: UInt32(TMPFS_MAGIC))
    public static let devpts = FileSystemMagic(rawValue: UInt32(DEVPTS_SUPER_MAGIC))
    public static let cgroup2 = FileSystemMagic(rawValue: UInt32(CGROUP2_SUPER_MAGIC))
    public static let ext4 = FileSystemMagic(rawValue: UInt32(EXT4_SUPER_MAGIC))
    public static let btrfs = FileSystemMagic(rawValue: UInt32(BTRFS_SUPER_MAGIC))
    public static let xfs = FileSystemMagic(rawValue: UInt32(XFS_SUPER_MAGIC))
    public static let overlay = FileSystemMagic(rawValue: UInt32(OVERLAYFS_SUPER_MAGIC))
}
