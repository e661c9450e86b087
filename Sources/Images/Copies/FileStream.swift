// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux

/// Files on their way from one place to another, as a tar archive.
public struct FileStream {
    private let source: any ByteSource
    private let name: String

    /// What is below `directory`, as `prefix`: a name, or nothing, where the directory's contents are what is meant.
    /// `name` is for messages. Owners are told as they are inside.
    public static func tree(
        _ directory: consuming Descriptor, named name: String, as prefix: FileName, owners: OwnerMap
    ) throws(ImageError) -> FileStream {
        FileStream(
            source: try FileTreeSource(tree: directory, named: name, as: prefix, owners: owners), name: name)
    }

    /// The file, link or device `file` of `directory`, as `wanted`.
    public static func file(
        _ file: FileName, in directory: consuming Descriptor, named name: String, as wanted: FileName, owners: OwnerMap
    ) throws(ImageError) -> FileStream {
        FileStream(
            source: try FileTreeSource(file, in: directory, named: name, as: wanted, owners: owners), name: name)
    }

    /// An archive that somebody else has made, compressed or not.
    public static func archive(_ file: consuming Descriptor, named name: String) throws(ImageError) -> FileStream {
        FileStream(source: try DecompressedSource(FileSource(file, name: name)), name: name)
    }

    /// Writes the archive itself, and returns how many bytes it has.
    public func write(to output: borrowing Descriptor) throws(ImageError) -> Int64 {
        var size: Int64 = 0
        try read { bytes throws(ImageError) in
            do throws(SystemError) { try output.write(bytes) } catch { throw .write(name, error) }
            size += Int64(bytes.count)
        }
        return size
    }

    /// Gives the archive itself to `sink`.
    public func read(to sink: ImageStore.ByteSink) throws(ImageError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try source.read(into: &buffer)
            if count == 0 { return }
            try sink(buffer[..<count])
        }
    }

    /// Unpacks into `root` as ``FileArchive/unpack(_:named:into:owner:)`` does, but a directory does not make way for
    /// anything else, nor anything else for a directory. Returns how many bytes of contents there were.
    /// - Parameters:
    ///   - owner: who owns all of it, as inside; nil for whom the archive names.
    ///   - owners: who that is on the file system of `root`.
    public func unpack(
        into root: consuming Descriptor, owner: FileArchive.Owner?, owners: OwnerMap
    ) throws(ImageError) -> Int64 {
        let unpacker = LayerUnpacker(into: root, as: .copy(owner: owner, owners: owners))
        do { try unpacker.unpack(TarReader(source)) } catch {
            throw ImageError(error.code, name, "cannot copy \(name)", cause: error)
        }
        return unpacker.size
    }
}
