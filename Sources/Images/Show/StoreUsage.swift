// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// How much room images and the build cache take. Sizes are bytes of file contents.
public struct StoreUsage: Hashable, Sendable {
    /// An image, under each of its names.
    public struct ImageUse: Hashable, Sendable {
        public let image: ImageSummary
        /// Of the layers that other images or the build cache have too.
        public let sharedSize: Int64
        /// Of the layers and archives that go with the image.
        public let uniqueSize: Int64
    }

    /// What a step of a build came to.
    public struct CacheUse: Hashable, Sendable {
        public let record: CacheRecord
        /// When a build last asked for it.
        public let used: FileTime
        public let size: Int64
        /// Whether an image has the layer too, so that nothing is gained by forgetting it.
        public let isInImage: Bool
    }

    public let images: [ImageUse]
    public let cache: [CacheUse]
    /// Of all layers, each once.
    public let layers: Int64
    public let layerCount: Int
    /// Of layers that images have, each once.
    public let imageLayers: Int64
    /// Of the archives that unpacked layers came from.
    public let archives: Int64
    /// Of layers that only the build cache has.
    public let cacheOnly: Int64
    /// Of layers and archives that nothing uses any more: they go when an image is removed next.
    public let unused: Int64
}

extension ImageStore {
    /// Adds up what is in the store.
    public func usage() throws(ImageError) -> StoreUsage {
        let content = try content(of: try readIndex())
        let records = try cacheRecords()
        let cached = Set(records.map(\.record.diffID))
        var sizes: [Digest: Int64] = [:]
        var archives: [Digest: Int64] = [:]
        try wrapping({ [path] in .read(path, $0) }) { () throws(SystemError) in
            for name in try names(in: "layers") {
                guard let diffID = Digest(hex: name.description) else { continue }
                sizes[diffID] = record(of: diffID)?.contents.size ?? 0
            }
            for name in try names(in: "blobs/sha256") {
                guard let digest = Digest(hex: name.description) else { continue }
                archives[digest] = try? directory.status(of: blobName(digest)).size
            }
        }
        func sum(_ digests: some Sequence<Digest>, _ sizes: [Digest: Int64]) -> Int64 {
            digests.reduce(0) { $0 + (sizes[$1] ?? 0) }
        }
        var users: [Digest: Set<Digest>] = [:]
        for (manifest, use) in content {
            for digest in use.layers { users[digest, default: []].insert(manifest) }
            for digest in use.blobs where !use.layers.contains(digest) {
                users[digest, default: []].insert(manifest)
            }
        }
        let inImages = Set(content.values.flatMap(\.layers))
        let usedBlobs = Set(content.values.flatMap(\.blobs))
        let images = try list().map { image in
            let use = content[image.manifestDigest]
            let own = (use?.layers ?? []).filter { users[$0]?.count == 1 && !cached.contains($0) }
            let ownBlobs = (use?.blobs ?? []).filter { users[$0]?.count == 1 }
            return StoreUsage.ImageUse(
                image: image, sharedSize: sum(use?.layers ?? [], sizes) - sum(own, sizes),
                uniqueSize: sum(own, sizes) + sum(ownBlobs, archives))
        }
        return StoreUsage(
            images: images,
            cache: records.map { record, used in
                StoreUsage.CacheUse(
                    record: record, used: used, size: sizes[record.diffID] ?? 0,
                    isInImage: inImages.contains(record.diffID))
            },
            layers: sizes.values.reduce(0, +), layerCount: sizes.count,
            imageLayers: sum(inImages, sizes),
            archives: sum(usedBlobs, archives), cacheOnly: sum(cached.subtracting(inImages), sizes),
            unused: sum(Set(sizes.keys).subtracting(inImages).subtracting(cached), sizes)
                + sum(Set(archives.keys).subtracting(usedBlobs), archives))
    }

    /// What an image of the index is made of.
    struct Content {
        var layers: Set<Digest> = []
        /// The documents and the archives.
        var blobs: Set<Digest> = []
    }

    /// What each image of `index` is made of, by its manifest; damaged ones are left out.
    private func content(of index: ImageIndex) throws(ImageError) -> [Digest: Content] {
        var result: [Digest: Content] = [:]
        for descriptor in index.manifests where result[descriptor.digest] == nil {
            guard let manifest = try? manifest(descriptor), let configuration = try? configuration(manifest) else {
                continue
            }
            result[descriptor.digest] = Content(
                layers: Set(configuration.diffIDs),
                blobs: Set([descriptor.digest, manifest.configuration.digest] + manifest.layers.map(\.digest)))
        }
        return result
    }

    /// The names in a directory of the store; none where it is not there.
    func names(in place: String) throws(SystemError) -> [FileName] {
        do throws(SystemError) { return try directory.open(place, [.readOnly, .directory, .noFollow]).names() } catch {
            if error.errno == .noEntry { return [] }
            throw error
        }
    }
}
