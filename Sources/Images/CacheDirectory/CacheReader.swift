// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// What another build has left in a directory: ``CacheDirectory``. Nothing is read before it is asked for, but the list.
public final class CacheReader: Sendable {
    public let path: String
    private let blobs: BlobDirectory
    private let list: CacheList
    private let byLayer: [Digest: [CacheRecord]]
    /// Keeps others from removing archives.
    private let lock: Descriptor?

    /// Opens the cache in the directory `path`.
    public init(path: String) throws(ImageError) {
        self.path = path
        blobs = try BlobDirectory(path: path)
        lock = Self.lock(blobs.directory)
        guard let list = try CacheDirectory.list(in: blobs) else {
            throw ImageError(.cannotRead, path, "there is no cache of a build in \(path)")
        }
        self.list = list
        byLayer = Dictionary(grouping: list.records.values, by: \.diffID)
    }

    /// Where there can be no lock, what somebody removes is missing, which is no more than a miss.
    private static func lock(_ directory: borrowing Descriptor) -> Descriptor? {
        guard let blobs = try? directory.open(BlobDirectory.blobs, [.readOnly, .directory, .noFollow]),
            (try? blobs.lock(.shared, wait: false)) == true
        else { return nil }
        return blobs
    }

    /// What the step with that key came to, where its layer is here too.
    public func record(_ key: Digest) -> CacheRecord? {
        guard let record = list.records[key], list.layers[record.diffID] != nil else { return nil }
        return record
    }

    /// All that led to the same layer, in the order of the keys.
    public func records(of diffID: Digest) -> [CacheRecord] {
        (byLayer[diffID] ?? []).sorted { $0.key < $1.key }
    }

    /// Whether there are files of the cache mount `id`.
    public func hasMount(_ id: String) -> Bool { list.mounts[id] != nil }

    /// Unpacks a layer to what ``BuildStaging/makeLayer(_:likeTopOf:)`` has made at `place`, of which nobody knows yet:
    /// it is sealed then. What comes out is what a step here would have made, down to the last byte of its archive, or
    /// this throws and `place` is as it was.
    public func unpackLayer(_ diffID: Digest, into place: String) throws(ImageError) -> LayerDescription {
        guard let archive = list.layers[diffID] else {
            throw ImageError(.damaged, path, "the layer \(diffID) is not in \(path)")
        }
        let layer = try wrapping({ .write(place, $0) }) { () throws(SystemError) in
            try Descriptor.open(place, [.readOnly, .directory, .noFollow])
        }
        do throws(ImageError) {
            let upper = try wrapping({ .write(place, $0) }) { () throws(SystemError) in
                try layer.status(of: "upper")
            }
            let contents = CacheList.Mount(
                archive: archive, diffID: diffID, mode: upper.permissions, user: upper.user, group: upper.group)
            try unpack(contents, as: Self.draft, in: layer, place)
            // Its archive is made of the directory when it is needed, as another version may have made another one.
            let description = try LayerDescription(root: "\(place)/\(Self.draft)")
            guard description.diffID == diffID else { throw notWhatItIs(archive, diffID) }
            try wrapping({ .write(place, $0) }) { () throws(SystemError) in
                try layer.remove("upper", directory: true)
                try layer.rename(Self.draft, to: "upper")
                try layer.removeTree("work")
            }
            return description
        } catch {
            try? layer.removeTree(Self.draft)
            throw error
        }
    }

    private static let draft = "unpacked"

    /// Unpacks the files of the cache mount `id` into the directory `name`, which is made in the directory at `place`.
    /// When this throws, it is not there.
    public func unpackMount(_ id: String, as name: String, in place: String) throws(ImageError) {
        guard let mount = list.mounts[id] else {
            throw ImageError(.damaged, path, "the cache mount \(id) is not in \(path)")
        }
        let above = try wrapping({ .write(place, $0) }) { () throws(SystemError) in
            try Descriptor.open(place, [.readOnly, .directory])
        }
        do throws(ImageError) { try unpack(mount, as: name, in: above, place) } catch {
            try? above.removeTree(name)
            throw error
        }
    }

    /// Unpacks an archive into a new directory, and proves that it is the one.
    private func unpack(
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
        guard try source.drain() == files.diffID else { throw notWhatItIs(files.archive, files.diffID) }
        try writing { () throws(SystemError) in
            try root.setOwner(user: files.user, group: files.group)
            try root.setPermissions(files.mode)
        }
    }

    private func notWhatItIs(_ archive: ContentDescriptor, _ diffID: Digest) -> ImageError {
        let name = "\(path)/\(BlobDirectory.name(archive.digest))"
        return ImageError(.damaged, name, "\(name) is damaged: it is not \(diffID), which it ought to be")
    }
}
