// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux

/// An archive of files for a tree that exists, as ADD unpacks them: tar, plain or compressed with gzip, bzip2, xz or zstd.
public enum FileArchive {
    /// Who owns what an archive leaves.
    public struct Owner: Hashable, Sendable {
        public var user: UInt32
        public var group: UInt32
        public init(user: UInt32, group: UInt32) {
            self.user = user
            self.group = group
        }
    }

    /// Whether `file`, open for reading at its start, is an archive: whether its first header is one. The name does not
    /// matter. An archive of nothing is none, as for BuildKit, and neither is one whose start cannot be decompressed.
    ///
    /// The file is at its start again afterwards. `name` is for messages.
    public static func isArchive(_ file: borrowing Descriptor, named name: String) throws(ImageError) -> Bool {
        defer { try? file.seek(to: 0) }
        do throws(ImageError) {
            return try reader(of: file, name).next() != nil
        } catch {
            switch error.code {
            case .badArchive: return false
            // It is an archive, of something that cannot be unpacked: unpacking says why.
            case .badEntry: return true
            default: throw error
            }
        }
    }

    /// Unpacks `file`, open for reading at its start, into the directory `root`, and returns the owners from 65536 on
    /// that occur, users and groups, in ascending order.
    ///
    /// What is there by the same name is replaced, but directories are merged: they get the archive's attributes, except
    /// for `root` itself. A directory of the archive that is a link to one in the tree goes where that leads. Nothing
    /// outside `root` is touched, whatever the archive says: for its names, links and hard links `root` is the root of
    /// the file system. `.wh.` in front of a name means nothing. `owner` goes before the owners of the archive.
    /// Extended attributes that the file system does not take are left out.
    public static func unpack(
        _ file: borrowing Descriptor, named name: String, into root: consuming Descriptor, owner: Owner? = nil
    ) throws(ImageError) -> [UInt32] {
        let unpacker = LayerUnpacker(into: root, as: .files(owner: owner))
        do {
            try unpacker.unpack(try reader(of: file, name))
        } catch {
            throw ImageError(error.code, name, "cannot unpack \(name)", cause: error)
        }
        let contents = unpacker.contents(archiveSize: 0)
        return Set(contents.highUsers + contents.highGroups).sorted()
    }

    private static func reader(of file: borrowing Descriptor, _ name: String) throws(ImageError) -> TarReader {
        let source: FileSource
        do { source = FileSource(try file.duplicate(), name: name) } catch { throw .read(name, error) }
        return TarReader(try DecompressedSource(source))
    }
}
