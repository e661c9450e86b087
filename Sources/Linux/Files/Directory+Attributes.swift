// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// The status of `name` in this directory, of the link itself if it is one: fstatat(2).
    public borrowing func status(of name: FileName) throws(SystemError) -> FileStatus {
        let directory = raw
        var result = stat()
        try unsafe name.withCString { path throws(SystemError) in
            try check("fstatat") { unsafe fstatat(directory, path, &result, AT_SYMLINK_NOFOLLOW) }
        }
        return FileStatus(result)
    }

    /// Changes the owner of `name` in this directory, of the link itself if it is one: fchownat(2).
    public borrowing func setOwner(user: UInt32, group: UInt32, of name: FileName) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try check("fchownat") { unsafe fchownat(directory, path, user, group, AT_SYMLINK_NOFOLLOW) }
        }
    }

    /// Changes the permission bits of `name`, which must not be a link: fchmodat(2).
    public borrowing func setPermissions(_ mode: UInt32, of name: FileName) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try check("fchmodat") { unsafe fchmodat(directory, path, mode, 0) }
        }
    }

    /// Changes the times of access and of modification of what is open: futimens(2).
    public borrowing func setTimes(modified time: FileTime) throws(SystemError) {
        let number = raw
        let times = [Self.timespec(of: time), Self.timespec(of: time)]
        try check("futimens") { unsafe futimens(number, times) }
    }

    /// Changes the times of access and of modification of `name`, of the link itself if it is one: utimensat(2).
    public borrowing func setTimes(modified time: FileTime, of name: FileName) throws(SystemError) {
        let directory = raw
        let times = [Self.timespec(of: time), Self.timespec(of: time)]
        try unsafe name.withCString { path throws(SystemError) in
            try check("utimensat") { unsafe utimensat(directory, path, times, AT_SYMLINK_NOFOLLOW) }
        }
    }

    private static func timespec(of time: FileTime) -> timespec {
        Glibc.timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
    }

    /// Sets the extended attribute `key` of what is open: fsetxattr(2).
    public borrowing func setAttribute(_ key: FileName, to value: [UInt8]) throws(SystemError) {
        let number = raw
        try unsafe key.withCString { key throws(SystemError) in
            try check("fsetxattr") { unsafe mb_fsetxattr(number, key, value, value.count) }
        }
    }

    /// Sets the extended attribute `key` of `name` in this directory, of the link itself if it is one: lsetxattr(2).
    ///
    /// `name` must be a single name: the way to it is `/proc/self/fd/N/name`, since there is no call that takes a
    /// directory before Linux 6.13.
    public borrowing func setAttribute(
        _ key: FileName, to value: [UInt8], of name: FileName
    ) throws(SystemError) {
        let path = FileName("/proc/self/fd/\(raw)").appending(name)
        try unsafe path.withCString { path throws(SystemError) in
            try unsafe key.withCString { key throws(SystemError) in
                try check("lsetxattr") { unsafe mb_lsetxattr(path, key, value, value.count) }
            }
        }
    }

    /// The names of the extended attributes of `name` in this directory, sorted: llistxattr(2).
    ///
    /// A file system that has none gives none. Without any, nothing is allocated for them.
    public borrowing func attributes(of name: FileName) throws(SystemError) -> [FileName] {
        let path = FileName("/proc/self/fd/\(raw)").appending(name)
        do {
            let isEmpty = try unsafe path.withCString { path throws(SystemError) in
                try check("llistxattr") { unsafe mb_llistxattr(path, nil, 0) } == 0
            }
            if isEmpty { return [] }
            // The kernel's limit is 64 KiB: XATTR_LIST_MAX.
            var buffer = [CChar](repeating: 0, count: 65536)
            let count = try unsafe path.withCString { path throws(SystemError) in
                try check("llistxattr") { unsafe mb_llistxattr(path, &buffer, buffer.count) }
            }
            return Self.attributeNames(buffer[..<count])
        } catch {
            if error.errno == .notSupported { return [] }
            throw error
        }
    }

    /// The names of the extended attributes of what is open, sorted: flistxattr(2). A file system that has none gives
    /// none. Without any, which is how most files are, nothing is allocated.
    public borrowing func attributes() throws(SystemError) -> [FileName] {
        let number = raw
        do {
            guard try check("flistxattr", { mb_flistxattr(number, nil, 0) }) > 0 else { return [] }
            var buffer = [CChar](repeating: 0, count: 65536)
            let count = try check("flistxattr") { unsafe mb_flistxattr(number, &buffer, buffer.count) }
            return Self.attributeNames(buffer[..<count])
        } catch {
            if error.errno == .notSupported { return [] }
            throw error
        }
    }

    private static func attributeNames(_ list: ArraySlice<CChar>) -> [FileName] {
        list.split(separator: 0).compactMap { FileName($0.map { UInt8(bitPattern: $0) }) }.sorted()
    }

    /// The extended attribute `key` of what is open: fgetxattr(2).
    public borrowing func attribute(_ key: FileName) throws(SystemError) -> [UInt8] {
        let number = raw
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = try unsafe key.withCString { key throws(SystemError) in
            try check("fgetxattr") { unsafe mb_fgetxattr(number, key, &buffer, buffer.count) }
        }
        return Array(buffer[..<count])
    }

    /// The extended attribute `key` of `name` in this directory: lgetxattr(2).
    public borrowing func attribute(_ key: FileName, of name: FileName) throws(SystemError) -> [UInt8] {
        let path = FileName("/proc/self/fd/\(raw)").appending(name)
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = try unsafe path.withCString { path throws(SystemError) in
            try unsafe key.withCString { key throws(SystemError) in
                try check("lgetxattr") { unsafe mb_lgetxattr(path, key, &buffer, buffer.count) }
            }
        }
        return Array(buffer[..<count])
    }
}
