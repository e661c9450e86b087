// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// The archives of a cache in a directory, which nobody removes meanwhile.
final class ArchiveDirectory: CacheArchives {
    let blobs: BlobDirectory
    /// Where there can be no lock, what somebody removes is missing, which is no more than a miss.
    private let lock: Descriptor?

    init(_ blobs: consuming BlobDirectory) {
        lock = Self.lock(blobs.directory)
        self.blobs = blobs
    }

    private static func lock(_ directory: borrowing Descriptor) -> Descriptor? {
        guard let blobs = try? directory.open(BlobDirectory.blobs, [.readOnly, .directory, .noFollow]),
            (try? blobs.lock(.shared, wait: false)) == true
        else { return nil }
        return blobs
    }

    func unpack(
        _ files: CacheList.Mount, as name: String, in above: borrowing Descriptor, _ place: String
    ) throws(ImageError) {
        func writing<R: ~Copyable>(_ body: () throws(SystemError) -> R) throws(ImageError) -> R {
            try wrapping({ .write("\(place)/\(name)", $0) }, body)
        }
        let root = try writing { () throws(SystemError) in
            try above.makeDirectory(name, mode: 0o700)
            return try above.open(name, [.readOnly, .directory, .noFollow])
        }
        let source = RecordedSource(try DecompressedSource(try blobs.source(of: files.archive)))
        let target = try writing { () throws(SystemError) in try root.duplicate() }
        try LayerUnpacker(into: target).unpack(TarReader(source))
        guard try source.drain() == files.diffID else {
            let name = "\(blobs.path)/\(BlobDirectory.name(files.archive.digest))"
            throw ImageError(.damaged, name, "\(name) is damaged: it is not \(files.diffID), which it ought to be")
        }
        try writing { () throws(SystemError) in
            try root.setOwner(user: files.user, group: files.group)
            try root.setPermissions(files.mode)
        }
    }
}
