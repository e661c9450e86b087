// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI
internal import Registry

/// The archives of a cache in a repository of a registry. Each is fetched when it is asked for, by a `minibox-fetch` of its
/// own, and unpacked by a worker without rights, as a layer of an image that is pulled.
final class ArchiveRepository: CacheArchives {
    private let store: ImageStore
    private let link: RegistryLink
    private let reference: ImageReference

    init(_ store: ImageStore, _ link: RegistryLink, _ reference: ImageReference) {
        self.store = store
        self.link = link
        self.reference = reference
    }

    func unpack(
        _ files: CacheList.Mount, as name: String, in above: borrowing Descriptor, _ place: String
    ) throws(ImageError) {
        // Who asks is a process of the build, which is killed where the build is to end.
        let none = try wrapping({ .read("signals", $0) }) { () throws(SystemError) in try SignalQueue(of: []) }
        let client = try RegistryClient(store, link, interruptedBy: none)
        let made = try client.unpackLayer(files.archive, diffID: files.diffID, of: reference)
        try wrapping({ .write("\(place)/\(name)", $0) }) { () throws(SystemError) in
            try client.staging.directory.rename(made, to: FileName(name), in: above)
            let root = try above.open(name, [.readOnly, .directory, .noFollow])
            try root.setOwner(user: files.user, group: files.group)
            try root.setPermissions(files.mode)
        }
    }
}

extension RegistryClient {
    /// Fetches the archive of a layer, and unpacks it in the staging directory: the name of its root there. Its digest and
    /// that of its contents are proven.
    func unpackLayer(
        _ archive: ContentDescriptor, diffID: Digest, of reference: ImageReference
    ) throws(ImageError) -> FileName {
        let words = "cannot take the layer \(archive.digest) of \(reference.familiarName)"
        _ = try perform(
            .blob(
                .init(reference), digest: archive.digest, size: archive.size, file: archive.digest.hex, addresses: []),
            reference.familiar, words)
        let own = FileName("blob-\(archive.digest.hex)")
        _ = try fetch.accept(archive.digest.hex, as: own, in: staging.directory, size: archive.size)
        let workers = try LayerWorkers(store, staging, makesKnown: true)
        try workers.add(LayerFile(place: .staged(own), name: "\(archive.digest)", digest: archive.digest), diffID)
        while try workers.next() != nil {}
        return "layer-0/root"
    }
}

extension CacheReader {
    /// Opens the cache that a registry has under the name: one of `--cache-to type=registry`, or an image that tells of
    /// itself (`type=inline`).
    public convenience init(
        _ reference: ImageReference, of store: ImageStore, from link: RegistryLink,
        interruptedBy signals: borrowing SignalQueue
    ) throws(ImageError) {
        let client = try RegistryClient(store, link, interruptedBy: signals)
        guard let list = try client.cacheList(reference) else {
            throw ImageError(
                .cannotRead, reference.familiar,
                "\(reference.familiar) is no cache that minibox has written, and no image with one in it")
        }
        self.init(reference.familiar, list, ArchiveRepository(store, link, reference))
    }
}

extension RegistryClient {
    /// What the registry has of a cache under the name; nil where it is something else.
    func cacheList(_ reference: ImageReference) throws(ImageError) -> CacheList? {
        var place = reference
        var document = try document(reference)
        // Whose index it is, nobody knows; an image in it may tell of itself.
        if document.isIndex {
            let members = try members(listedIn: document, of: reference)
            guard let own = PlatformChoice.choose(among: members, for: .current) else { return nil }
            place.tag = nil
            place.digest = own.digest
            document = try self.document(place)
        }
        guard let manifest = try? ImageManifest(parsing: document.bytes) else { return nil }
        let described = manifest.configuration
        if described.mediaType == CacheList.mediaType {
            let bytes = try blob(described, of: reference, limit: Int64(CacheDirectory.mostBytes))
            guard let list = CacheList(bytes) else {
                throw ImageError(
                    .damaged, reference.familiar, "the cache \(reference.familiar) is damaged: its list is none")
            }
            return list
        }
        guard let records = manifest.annotations[CacheList.inlineKey] else { return nil }
        let bytes = try blob(described, of: reference, limit: PullWork.mostConfigurationBytes)
        guard let configuration = try? ImageConfiguration(parsing: bytes),
            let list = CacheList(inline: records, of: manifest, configuration)
        else {
            throw ImageError(
                .damaged, reference.familiar, "what the image \(reference.familiar) tells of its steps is damaged")
        }
        return list
    }
}
