// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// Where the archives of a cache are.
protocol CacheArchives: Sendable {
    /// Unpacks one into the new directory `name`, and proves that what is in it is what the list says: by the digest of
    /// its contents, whatever it was called. When this throws, the directory may be there.
    func unpack(
        _ files: CacheList.Mount, as name: String, in above: borrowing Descriptor, _ place: String
    ) throws(ImageError)
}

/// What another build has left in a directory (``CacheDirectory``) or in a registry. Nothing is read before it is asked
/// for, but the list.
public final class CacheReader: Sendable {
    /// The directory, or the name in the registry.
    public let path: String
    private let archives: any CacheArchives
    private let list: CacheList
    private let byLayer: [Digest: [CacheRecord]]

    /// Opens the cache in the directory `path`.
    public convenience init(path: String) throws(ImageError) {
        let archives = ArchiveDirectory(try BlobDirectory(path: path))
        guard let list = try CacheDirectory.list(in: archives.blobs) else {
            throw ImageError(.cannotRead, path, "there is no cache of a build in \(path)")
        }
        self.init(path, list, archives)
    }

    init(_ path: String, _ list: CacheList, _ archives: any CacheArchives) {
        self.path = path
        self.list = list
        self.archives = archives
        byLayer = Dictionary(grouping: list.records.values, by: \.diffID)
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
            try archives.unpack(contents, as: Self.draft, in: layer, place)
            // Its archive is made of the directory when it is needed, as another version may have made another one.
            let description = try LayerDescription(root: "\(place)/\(Self.draft)")
            guard description.diffID == diffID else {
                throw ImageError(
                    .damaged, path, "what \(path) has as \(diffID) is something else: it is damaged, or not from here")
            }
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
        do throws(ImageError) { try archives.unpack(mount, as: name, in: above, place) } catch {
            try? above.removeTree(name)
            throw error
        }
    }
}
