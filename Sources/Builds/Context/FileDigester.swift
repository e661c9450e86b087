// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux

/// Digests the contents and the extended attributes of single files, with one buffer for all of them.
struct FileDigester: ~Copyable {
    /// How often a file is read again that was written meanwhile.
    private static let mostAttempts = 3

    private var buffer: [UInt8] = []
    /// How many files were read.
    private(set) var reads = 0
    /// What is known of files that have several names.
    private var known: [[UInt64]: [UInt8]] = [:]

    /// What is found out of a file.
    typealias Found = (contents: [UInt8], attributes: [UInt8], status: FileStatus)

    /// The digests of the regular file `name`: of its contents, and of its attributes, where it has some; and what it was
    /// when it was read.
    ///
    /// A file that is written while it is read is read again; where that does not end, the last digest is as good as
    /// any, since ``ContentDigest/isUntouched(since:)`` will tell.
    mutating func digests(of name: FileName, in directory: borrowing Descriptor) throws(SystemError) -> Found {
        let file = try directory.open(name, [.readOnly, .noFollow, .nonBlocking, .noControllingTerminal])
        var before = try file.status()
        guard before.kind == .regular else { throw SystemError("openat", .noEntry) }
        let attributes = try attributes(of: file)
        let inode = before.links > 1 ? [UInt64(before.device.major), UInt64(before.device.minor), before.inode] : []
        if let contents = known[inode] { return (contents, attributes, before) }
        var contents: [UInt8] = []
        reads += 1
        for attempt in 1...Self.mostAttempts {
            if attempt > 1 { try file.seek(to: 0) }
            contents = try digest(of: file, size: before.size)
            let after = try file.status()
            let isSame =
                after.size == before.size && after.modified == before.modified && after.changed == before.changed
            before = after
            if isSame { break }
        }
        if !inode.isEmpty { known[inode] = contents }
        return (contents, attributes, before)
    }

    private mutating func digest(of file: borrowing Descriptor, size: Int64) throws(SystemError) -> [UInt8] {
        var hash = SHA256()
        if size > 0 {
            if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: 1 << 20) }
            var done: Int64 = 0
            // A file that grows is read up to the size that it had.
            while done < size {
                let count = try file.read(into: &buffer)
                if count == 0 { break }
                hash.update(buffer[..<count])
                done += Int64(count)
            }
        }
        return hash.digest()
    }

    /// The digest of the attributes of what is open; empty where there are none that count.
    borrowing func attributes(of file: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        try digest(of: try file.attributes()) { key throws(SystemError) in try file.attribute(key) }
    }

    /// The same of a file that is not opened: a link, a device or a pipe.
    borrowing func attributes(of name: FileName, in directory: borrowing Descriptor) throws(SystemError) -> [UInt8] {
        try digest(of: try directory.attributes(of: name)) { key throws(SystemError) in
            try directory.attribute(key, of: name)
        }
    }

    private borrowing func digest(
        of keys: [FileName], _ value: (FileName) throws(SystemError) -> [UInt8]
    ) throws(SystemError) -> [UInt8] {
        var record: [UInt8] = []
        for key in keys where CountedAttributes.contain(key) {
            let value = try value(key)
            for bytes in [key.bytes, value] {
                record.append(littleEndian: UInt32(truncatingIfNeeded: bytes.count))
                record += bytes
            }
        }
        return record.isEmpty ? [] : SHA256.digest(of: record)
    }
}

/// Which extended attributes are part of a file.
public enum CountedAttributes {
    private static let capability: FileName = "security.capability"
    /// Labels of the host, lists of rights that stand for its users, and what overlayfs keeps for itself.
    private static let prefixes = ["security.", "system.", "trusted.overlay.", "user.overlay."].map { Array($0.utf8) }

    /// Whether `key` belongs to the file rather than to the machine that it is on: such attributes are copied, and count.
    public static func contain(_ key: FileName) -> Bool {
        key == capability || !prefixes.contains { key.bytes.starts(with: $0) }
    }
}
