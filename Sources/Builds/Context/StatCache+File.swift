// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux

extension StatCache {
    private static let magic = Array("MBSC1\n".utf8)
    /// A context of two million files is below this.
    private static let limit = 512 << 20

    /// The name of the file for the context at `root`: it depends on which directory that is, and on its path.
    static func fileName(for root: borrowing Descriptor) throws(SystemError) -> FileName {
        let status = try root.status()
        let path = try root.path()
        let text = "\(status.device):\(status.inode):\(path)"
        let digits = SHA256.digest(of: Array(text.utf8)).prefix(16)
            .map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }
        return FileName(digits.joined())
    }

    /// Reads what was kept; nothing where there is no file, or one that is damaged or of another version: then all is
    /// found out anew.
    init(reading name: FileName, in directory: borrowing Descriptor) {
        self.init()
        guard let file = try? directory.open(name, [.readOnly, .noFollow]), let status = try? file.status(),
            status.size <= Self.limit, let bytes = try? file.readAll(expecting: Int(status.size)),
            let groups = Self.groups(in: bytes)
        else { return }
        self.init(bytes: bytes, groups: groups)
    }

    /// The directories in the bytes of a file, in order: magic, groups, and a SHA-256 of both.
    private static func groups(in bytes: [UInt8]) -> [Group]? {
        let end = bytes.count - digestLength
        guard end >= magic.count, bytes.starts(with: magic) else { return nil }
        var hash = SHA256()
        hash.update(bytes[..<end])
        guard bytes[end...].elementsEqual(hash.digest()) else { return nil }
        var groups: [Group] = []
        var position = magic.count
        // The digest is right, so what is between is what was written; a bound is looked at all the same.
        while position < end {
            guard position + 6 <= end else { return nil }
            let path = Int(bytes[position]) | Int(bytes[position + 1]) << 8
            var entries = 0
            for index in 0..<4 { entries |= Int(bytes[position + 2 + index]) << (8 * index) }
            let start = position + 6
            guard start + path + entries <= end else { return nil }
            groups.append(Group(path: start..<(start + path), entries: (start + path)..<(start + path + entries)))
            position = start + path + entries
        }
        return groups
    }

    /// Writes what is known, if it is other than what was read: a temporary file and a rename. Directories of the
    /// context at `root` that are no more are left out.
    func write(to name: FileName, in directory: borrowing Descriptor, root: borrowing Descriptor) throws(SystemError) {
        guard !changed.isEmpty else { return }
        var result = Self.magic
        var rewritten = changed.keys.sorted { $0.lexicographicallyPrecedes($1) }[...]
        func append(_ path: some Collection<UInt8>, _ entries: some Collection<UInt8>) {
            guard !entries.isEmpty, path.count <= UInt16.max else { return }
            result.append(littleEndian: UInt16(path.count))
            result.append(littleEndian: UInt32(entries.count))
            result.append(contentsOf: path)
            result.append(contentsOf: entries)
        }
        for group in groups {
            let path = bytes[group.path]
            while let first = rewritten.first, first.lexicographicallyPrecedes(path) {
                append(first, changed[first] ?? [])
                rewritten.removeFirst()
            }
            if let first = rewritten.first, path.elementsEqual(first) {
                append(first, changed[first] ?? [])
                rewritten.removeFirst()
            } else if walked.contains(Array(path)) || Self.isThere(path, in: root) {
                append(path, bytes[group.entries])
            }
        }
        for path in rewritten { append(path, changed[path] ?? []) }
        var hash = SHA256()
        hash.update(result)
        result += hash.digest()
        try directory.replace(name.description, with: result, mode: 0o600, durable: false)
    }

    private static func isThere(_ path: ArraySlice<UInt8>, in root: borrowing Descriptor) -> Bool {
        guard let name = FileName(path) else { return false }
        do throws(SystemError) {
            _ = try root.open(name.isEmpty ? "." : name, [.path, .directory], resolve: SelectedPath.resolution)
            return true
        } catch {
            return false
        }
    }
}
