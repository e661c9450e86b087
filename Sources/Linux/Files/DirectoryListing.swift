// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The names in a directory, in the order of their bytes, without `.` and `..`.
///
/// They lie one behind the other in memory that the next directory uses again, since on a walk over thousands of files
/// an allocation for each name would cost more than the kernel does.
public struct DirectoryListing: Sendable {
    /// Where a name is.
    public struct Entry: Hashable, Sendable {
        /// In ``bytes``.
        public let start: Int
        public let count: Int
        /// Whether it is a directory; nil where the file system does not say.
        public let isDirectory: Bool?
    }

    /// All names, with a NUL behind each.
    public private(set) var bytes: [UInt8] = []
    public private(set) var entries: [Entry] = []
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    public init() {}

    /// Takes in the names of a directory that was just opened for reading: getdents64(2).
    public mutating func read(_ directory: borrowing Descriptor) throws(SystemError) {
        let number = directory.raw
        bytes.removeAll(keepingCapacity: true)
        entries.removeAll(keepingCapacity: true)
        while true {
            let count = try unsafe buffer.withUnsafeMutableBufferPointer { target throws(SystemError) in
                try check("getdents64") { unsafe mb_getdents64(number, target.baseAddress, target.count) }
            }
            if count == 0 { break }
            takeIn(count)
        }
        sort()
    }

    /// Reads `struct linux_dirent64`: the inode and an offset of 8 bytes each, the record's length in 2, the kind in 1,
    /// and the name.
    private mutating func takeIn(_ count: Int) {
        unsafe buffer.withUnsafeBytes { records in
            var position = 0
            while position + 19 < count {
                let length = unsafe Int(records.loadUnaligned(fromByteOffset: position + 16, as: UInt16.self))
                let kind = unsafe Int32(records[position + 18])
                let name = unsafe records[(position + 19)..<(position + length)]
                let size = unsafe name.firstIndex(of: 0).map { $0 - (position + 19) } ?? name.count
                position += length
                let isDot = unsafe size <= 2 && name.prefix(size).allSatisfy { $0 == UInt8(ascii: ".") }
                if isDot { continue }
                let isDirectory: Bool? = kind == 0 /* DT_UNKNOWN */ ? nil : kind == 4 /* DT_DIR */
                entries.append(Entry(start: bytes.count, count: size, isDirectory: isDirectory))
                unsafe bytes.append(contentsOf: name.prefix(size))
                bytes.append(0)
            }
        }
    }

    private mutating func sort() {
        unsafe bytes.withUnsafeBytes { names in
            guard let base = names.baseAddress else { return }
            // A NUL ends each, and is less than all that a name can have.
            entries.sort { left, right in
                unsafe memcmp(base + left.start, base + right.start, min(left.count, right.count) + 1) < 0
            }
        }
    }

    /// The status of an entry of `directory`, which must be the one that was read, of a link itself: fstatat(2).
    public func status(
        of entry: Entry, in directory: borrowing Descriptor
    ) throws(SystemError) -> FileStatus {
        let number = directory.raw
        var result = stat()
        try unsafe bytes.withUnsafeBufferPointer { names throws(SystemError) in
            // The NUL behind the name is part of what is there.
            precondition(entry.start >= 0 && entry.start + entry.count < names.count, "an entry of another listing")
            guard let base = names.baseAddress else { throw SystemError("fstatat", .noEntry) }
            let name = unsafe UnsafeRawPointer(base + entry.start).assumingMemoryBound(to: CChar.self)
            try check("fstatat") { unsafe fstatat(number, name, &result, AT_SYMLINK_NOFOLLOW) }
        }
        return FileStatus(result)
    }

    /// The name of an entry.
    public func name(of entry: Entry) -> FileName {
        FileName(bytes[entry.start..<(entry.start + entry.count)]) ?? FileName("")
    }
}
