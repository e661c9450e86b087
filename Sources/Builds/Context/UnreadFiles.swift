// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Regular files of a tree whose contents are put off until it is known how much there is to read: several processes read
/// them then.
struct UnreadFiles: Sendable {
    /// Of one file, as it was when it was read.
    struct Digests: Sendable {
        /// What `stat` told: ``StatCache/key(of:into:)``.
        var key: ArraySlice<UInt8>
        var contents: ArraySlice<UInt8>
        /// Empty where there are none.
        var attributes: ArraySlice<UInt8>
    }

    private struct File: Sendable {
        var directory: Int
        var name: FileName
    }

    /// So much is read at once, before anything is put off.
    private static let fewFiles = 64
    private static let fewBytes: Int64 = 8 << 20
    /// Of a part of the work.
    private static let mostFiles = 64
    private static let enoughBytes: Int64 = 8 << 20

    private var directories: [FileName] = []
    private var files: [File] = []
    private var parts: [Range<Int>] = []
    private var partSize: Int64 = 0
    private var readFiles = 0
    private var readBytes: Int64 = 0
    /// Bytes of the files that were put off.
    private(set) var size: Int64 = 0

    var isEmpty: Bool { files.isEmpty }

    /// Whether the file `name` is put off. One with several names is not: it is to be read once.
    mutating func putsOff(_ name: FileName, _ status: FileStatus, in directory: FileName) -> Bool {
        guard status.links == 1 else { return false }
        if readFiles < Self.fewFiles, readBytes + status.size <= Self.fewBytes {
            readFiles += 1
            readBytes += status.size
            return false
        }
        let isOther = directories.last != directory
        if isOther { directories.append(directory) }
        if isOther || partSize >= Self.enoughBytes || files.count - (parts.last?.lowerBound ?? 0) >= Self.mostFiles {
            parts.append(files.count..<files.count)
            partSize = 0
        }
        files.append(File(directory: directories.count - 1, name: name))
        parts[parts.count - 1] = parts[parts.count - 1].lowerBound..<files.count
        partSize += status.size
        size += status.size
        return true
    }

    /// Reads the files, in several processes, and gives their digests by their places. What cannot be read is left out.
    func read(in tree: borrowing FileTree, processes: Int) throws(BuildError) -> [FileName: Digests] {
        let tasks = SharedWork.ranges(of: parts.count)
        var digester = FileDigester()
        let bytes = try SharedWork(parts: tasks.count, processes: processes, niceness: 10).carryOut {
            task, result throws(BuildError) in
            for part in parts[tasks[task]] { read(part, in: tree, &digester, &result) }
        }
        return digests(in: bytes)
    }

    /// Puts the digests of files of one directory at the end of `result`: the file's number, the key, the digest of its
    /// contents, a byte that says whether there are attributes, and their digest.
    private func read(
        _ part: Range<Int>, in tree: borrowing FileTree, _ digester: inout FileDigester, _ result: inout [UInt8]
    ) {
        let place = directories[files[part.lowerBound].directory]
        guard
            let directory = try? tree.root.open(
                place.isEmpty ? "." : place, [.readOnly, .directory], resolve: SelectedPath.resolution)
        else { return }
        var key: [UInt8] = []
        for index in part {
            guard let found = try? digester.digests(of: files[index].name, in: directory) else { continue }
            StatCache.key(of: found.status, into: &key)
            result.append(littleEndian: UInt32(index))
            result += key
            result += found.contents
            result.append(found.attributes.isEmpty ? 0 : 1)
            result += found.attributes
        }
    }

    private func digests(in bytes: [UInt8]) -> [FileName: Digests] {
        var found: [FileName: Digests] = [:]
        found.reserveCapacity(files.count)
        var rest = bytes[...]
        while rest.count >= 4 {
            var index = 0
            for byte in rest.prefix(4).reversed() { index = index << 8 | Int(byte) }
            rest.removeFirst(4)
            let key = rest.prefix(StatCache.keyLength)
            rest.removeFirst(key.count)
            let contents = rest.prefix(StatCache.digestLength)
            rest.removeFirst(contents.count)
            let attributes = rest.popFirst() == 1 ? rest.prefix(StatCache.digestLength) : []
            rest.removeFirst(attributes.count)
            let file = files[index]
            found[directories[file.directory].appending(file.name)] = Digests(
                key: key, contents: contents, attributes: attributes)
        }
        return found
    }
}
