// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A tree of files, whole, written somewhere else. What a layer carries of a file is carried here: owners, modes, times
/// in seconds, links, devices, `security.capability` and `user.*`.
public enum FileTreeExport {
    /// Gives the tree below `root` to `sink` as a tar archive, which depends on nothing but what is in the tree.
    ///
    /// `name` is what messages call the tree. All names are below `prefix`, which is empty or ends with a slash. With
    /// `latest`, in seconds since 1970, no time in the archive is later.
    public static func writeArchive(
        of root: consuming Descriptor, named name: String, below prefix: String = "", latest: Int64? = nil,
        to sink: ImageStore.ByteSink
    ) throws(ImageError) {
        _ = try LayerArchive.write(root, named: name, below: Array(prefix.utf8), latest: latest, to: sink)
    }

    /// Copies what is below `root` into `directory`, which is empty. Arguments are as for the archive.
    public static func copy(
        _ root: consuming Descriptor, named name: String, latest: Int64? = nil, into directory: borrowing Descriptor
    ) throws(ImageError) {
        let target = try wrapping({ .write(name, $0) }) { () throws(SystemError) in try directory.duplicate() }
        let status = try wrapping({ .write(name, $0) }) { () throws(SystemError) in try directory.status() }
        let source = try DirectorySource(root, path: name, excluding: status, latest: latest)
        try LayerUnpacker(into: target).unpack(TarReader(source))
    }
}

/// The parts of a tar archive of files that have no attributes worth keeping: all are root's, and of 1970.
public enum PlainArchive {
    /// The header of a directory; its mode is 0755.
    public static func directory(_ name: String) -> [UInt8] {
        var entry = TarEntry(name: Array(name.utf8) + [UInt8(ascii: "/")], kind: .directory)
        entry.mode = 0o755
        return TarWriter.header(entry)
    }

    /// The header of a file of `size` bytes, which come next, and then ``padding(after:)``; its mode is 0644. `time` is
    /// in seconds since 1970.
    public static func file(_ name: String, size: Int64, time: Int64 = 0) -> [UInt8] {
        var entry = TarEntry(name: Array(name.utf8), kind: .regular)
        entry.mode = 0o644
        entry.dataSize = size
        entry.modified = FileTime(seconds: time, nanoseconds: 0)
        return TarWriter.header(entry)
    }

    /// The zeros that follow `size` bytes of data.
    public static func padding(after size: Int64) -> [UInt8] { TarWriter.padding(after: size) }

    /// What an archive ends with.
    public static var end: [UInt8] { TarWriter.end }
}
