// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// What the kernel tells of a mounted file system: fstatfs(2).
public struct FileSystemStatus: Hashable, Sendable {
    public let magic: FileSystemMagic
    /// Whether the mount, or the file system under it, refuses writes.
    public let isReadOnly: Bool
    /// In bytes.
    public let size: UInt64
    /// Bytes that a process without privileges may still write.
    public let available: UInt64
    /// Files that can still be made; file systems without a table of inodes say 0.
    public let freeFiles: UInt64

    public init(magic: FileSystemMagic, isReadOnly: Bool, size: UInt64, available: UInt64, freeFiles: UInt64) {
        self.magic = magic
        self.isReadOnly = isReadOnly
        self.size = size
        self.available = available
        self.freeFiles = freeFiles
    }
}

extension Descriptor {
    /// What is told of the file system that this is on: fstatfs(2).
    public borrowing func fileSystemStatus() throws(SystemError) -> FileSystemStatus {
        let number = raw
        var status = mb_file_system()
        try check("fstatfs") { unsafe mb_fstatfs(number, &status) }
        return FileSystemStatus(
            magic: FileSystemMagic(rawValue: UInt32(truncatingIfNeeded: status.magic)),
            isReadOnly: status.flags & 1 /* ST_RDONLY */ != 0, size: status.blocks &* status.block_size,
            available: status.available &* status.block_size, freeFiles: status.free_files)
    }
}
