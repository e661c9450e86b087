// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
public import OCI

/// Puts what the steps of one build came to into a directory, in place of what was there: ``CacheDirectory``.
///
/// Archives that are there already stay, and those that are not of this build go once it is finished. A reader sees the
/// former cache or the new one, whole, whenever this stops.
///
/// On the way to a registry, the directory is one of nobody else's: it gets what is not known to be there.
public struct CacheWriter: ~Copyable {
    private let place: BlobDirectory
    private let former: CacheList
    /// What a registry has of ``former``, without a file here; nil where the cache is the directory.
    private var remote: RemoteCache?
    private var list = CacheList()
    private var drafts = 0
    /// How many archives were not there yet.
    public private(set) var written = 0

    private static let resolution: Resolution = [.beneath, .noSymlinks, .noMagicLinks]

    /// Throws where `path` is no place for a cache: where there are other things in it.
    public static func require(path: String) throws(ImageError) {
        let directory: Descriptor
        do throws(SystemError) { directory = try Descriptor.open(path, [.readOnly, .directory]) } catch {
            if error.errno == .noEntry { return }
            throw .write(path, error)
        }
        try requireCache(in: directory, path)
    }

    private static func requireCache(in directory: borrowing Descriptor, _ path: String) throws(ImageError) {
        let names = try wrapping({ .read(path, $0) }) { () throws(SystemError) in try directory.names() }
        guard names.isEmpty || names.contains(FileName(CacheDirectory.fileName)) else {
            throw ImageError(
                .cannotWrite, path,
                "cannot write a cache to \(path): there are other things in it, choose a new or an empty directory")
        }
    }

    /// Begins to write to the directory `path`, which is made where it is missing. Waits until nobody else does.
    public static func open(_ path: String) throws(ImageError) -> CacheWriter {
        let directory = try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            let directory = try Descriptor.makeDirectories(path)
            _ = try directory.lock(.exclusive)
            return directory
        }
        try requireCache(in: directory, path)
        try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            // What others were writing when they were killed.
            for name in try directory.names() where CacheDirectory.isDraft(name) { try directory.removeTree(name) }
        }
        return try begin(BlobDirectory(directory, path: path))
    }

    private init(_ place: consuming BlobDirectory, former: CacheList, remote: RemoteCache? = nil) {
        self.place = place
        self.former = former
        self.remote = remote
    }

    /// What counts where the cache goes to a registry.
    struct RemoteCache {
        /// Compressed archives that the store has, by what is in them.
        var archives: [Digest: ContentDescriptor]
        var compression: CacheCompression
    }

    /// Begins to write to the empty directory `path` what a registry does not have: `former` is what it has.
    static func begin(_ path: String, beside former: CacheList, _ remote: RemoteCache) throws(ImageError) -> CacheWriter
    {
        CacheWriter(try BlobDirectory(path: path), former: former, remote: remote)
    }

    private static func begin(_ place: consuming BlobDirectory) throws(ImageError) -> CacheWriter {
        // A damaged one is replaced.
        let former = (try? CacheDirectory.list(in: place)) ?? nil
        let writer = CacheWriter(place, former: former ?? CacheList())
        // Before anything else is there, so that a later one knows what this is.
        if former == nil { try writer.publish() }
        return writer
    }

    /// Adds a layer of the store, which must be held.
    public mutating func add(_ layer: Image.Layer, of store: ImageStore) throws(ImageError) {
        guard list.layers[layer.diffID] == nil else { return }
        let known = [former.layers[layer.diffID], remote?.archives[layer.diffID]]
        if let archive = known.compactMap({ $0 }).first(where: { isWhole($0) }) {
            list.layers[layer.diffID] = archive
        } else {
            list.layers[layer.diffID] = try write { sink throws(ImageError) in
                try store.readUncompressedArchive(of: layer, to: sink)
            }
        }
    }

    /// Adds the files of a cache mount, which are in `directory`. Nobody may write to them.
    public mutating func addMount(_ id: String, directory: String) throws(ImageError) {
        let status = try wrapping({ .read(directory, $0) }) { () throws(SystemError) in
            try Descriptor.open(directory, [.path, .directory]).status()
        }
        var description = try LayerDescription(root: directory)
        let archive: ContentDescriptor
        if let known = former.mounts[id], known.diffID == description.diffID, isWhole(known.archive) {
            archive = known.archive
        } else {
            archive = try write { sink throws(ImageError) in
                description = try LayerDescription(root: directory, alsoTo: sink)
            }
        }
        list.mounts[id] = CacheList.Mount(
            archive: archive, diffID: description.diffID, mode: status.permissions, user: status.user,
            group: status.group)
    }

    /// Keeps the files of a cache mount as they were when they were last written, if they were.
    public mutating func keepMount(_ id: String) {
        if let known = former.mounts[id], isWhole(known.archive) { list.mounts[id] = known }
    }

    /// Writes down what led to the layers, as far as they were added. From then on this is the cache.
    /// - Returns: the manifest of the whole, as registries know such things.
    @discardableResult
    public consuming func finish(_ records: [CacheRecord]) throws(ImageError) -> ImageManifest {
        for record in records where list.layers[record.diffID] != nil { list.records[record.key] = record }
        try publish()
        if remote == nil { removeOthers() }
        return manifest
    }

    private var manifest: ImageManifest {
        var archives: [ContentDescriptor] = []
        for archive in list.archives.sorted(by: { $0.digest < $1.digest }) where archives.last?.digest != archive.digest
        {
            archives.append(archive)
        }
        return ImageManifest(configuration: descriptor, layers: archives)
    }

    /// Of the list.
    private var descriptor: ContentDescriptor {
        let bytes = list.json.bytes()
        return ContentDescriptor(
            mediaType: CacheList.mediaType, digest: Digest(of: bytes), size: Int64(bytes.count))
    }

    private func isWhole(_ archive: ContentDescriptor) -> Bool {
        if let remote { return remote.compression.fits(archive) }
        guard let source = try? place.source(of: archive) else { return false }
        return (try? RecordedSource(source).drain()) == archive.digest
    }

    private mutating func write(
        _ body: (ImageStore.ByteSink) throws(ImageError) -> Void
    ) throws(ImageError) -> ContentDescriptor {
        drafts += 1
        let draft = "new-\(drafts)"
        let path = "\(place.path)/\(draft)"
        let file = try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            try place.directory.open(draft, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
        }
        do throws(ImageError) {
            let wanted = remote?.compression ?? CacheCompression()
            let compression = try ArchiveCompression(wanted.isGzip ? .gzip : .zstd, level: wanted.level, into: path)
            try body { bytes throws(ImageError) in try compression.write(bytes, to: file) }
            let archive = try compression.finish(file)
            try keep(draft, as: archive.digest)
            written += 1
            return archive
        } catch {
            try? place.directory.remove(draft)
            throw error
        }
    }

    /// Moves what was written to its place.
    private borrowing func keep(_ draft: String, as digest: Digest) throws(ImageError) {
        try wrapping({ [path = place.path] in .write("\(path)/\(BlobDirectory.blobs)", $0) }) {
            () throws(SystemError) in
            try place.directory.rename(FileName(draft), to: FileName(digest.hex), in: try openBlobs())
        }
    }

    private borrowing func openBlobs() throws(SystemError) -> Descriptor {
        for name in ["blobs", BlobDirectory.blobs] {
            do throws(SystemError) { try place.directory.makeDirectory(name) } catch {
                guard error.errno == .exists else { throw error }
            }
        }
        return try place.directory.open(BlobDirectory.blobs, [.readOnly, .directory], resolve: Self.resolution)
    }

    private borrowing func publish() throws(ImageError) {
        let (bytes, descriptor) = (list.json.bytes(), descriptor)
        try wrapping({ [path = place.path] in .write("\(path)/\(CacheDirectory.fileName)", $0) }) {
            () throws(SystemError) in
            try place.directory.open("new-list", [.writeOnly, .create, .truncate, .noFollow], mode: 0o644).write(bytes)
            try place.directory.rename("new-list", to: FileName(descriptor.digest.hex), in: try openBlobs())
            // All that the list leads to is there when it is.
            try place.directory.synchronizeFileSystem()
            try place.directory.replace(CacheDirectory.fileName, with: descriptor.json.bytes(), durable: true)
        }
    }

    /// Removes what nobody will ask for any more, unless somebody reads: then the next one does.
    private borrowing func removeOthers() {
        let used = Set(list.archives.map(\.digest.hex) + [descriptor.digest.hex])
        var patience = LockPatience()
        guard let blobs = try? openBlobs(), (try? patience.lock(blobs)) == true, let names = try? blobs.names() else {
            return
        }
        for name in names where Digest(hex: name.description) != nil && !used.contains(name.description) {
            try? blobs.remove(name)
        }
    }
}

/// How the archives of a cache in a registry are compressed that it has not yet.
public struct CacheCompression: Hashable, Sendable {
    /// gzip, or zstd.
    public var isGzip: Bool
    /// nil for the format's usual one.
    public var level: Int?
    /// Whether archives of the other format are not taken as they are.
    public var isForced: Bool

    public init(isGzip: Bool = false, level: Int? = nil, isForced: Bool = false) {
        self.isGzip = isGzip
        self.level = level
        self.isForced = isForced
    }

    fileprivate func fits(_ archive: ContentDescriptor) -> Bool {
        !isForced || archive.mediaType == (isGzip ? .gzipLayer : .zstdLayer)
    }
}
