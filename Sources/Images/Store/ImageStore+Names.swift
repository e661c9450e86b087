// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension ImageIndex {
    /// Gives `reference` to `manifest`. The image that had it before stays, without a name if that was its last.
    ///
    /// A name is of the lease under which it was given last; one that means what it meant before was not given.
    mutating func name(_ manifest: ContentDescriptor, _ reference: ImageReference, under lease: String?) {
        let name = reference.canonical
        var lease = lease
        if let place = manifests.firstIndex(where: { $0.annotations[ImageStore.nameKey] == name }) {
            let previous = manifests[place].digest
            let former = manifests[place].annotations[ImageStore.leaseKey]
            if previous == manifest.digest, lease != nil { lease = former }
            let isLast = previous != manifest.digest && manifests.filter { $0.digest == previous }.count == 1
            if isLast {
                manifests[place].annotations[ImageStore.nameKey] = nil
                manifests[place].annotations[ImageStore.leaseKey] = nil
            } else {
                manifests.remove(at: place)
            }
        }
        manifests.removeAll { $0.digest == manifest.digest && $0.annotations[ImageStore.nameKey] == nil }
        var named = manifest
        named.annotations[ImageStore.nameKey] = name
        named.annotations[ImageStore.leaseKey] = lease
        manifests.append(named)
    }
}

/// What removing an image did.
public struct ImageRemoval: Hashable, Sendable {
    /// The names that lead nowhere now.
    public let untagged: [ImageReference]
    /// The id of the image, where nothing of it is left.
    public let deleted: Digest?
}

extension ImageStore {
    /// All images, by name; an image of several names is there several times.
    ///
    /// A damaged one is no error before it is used: without its configuration it has no time and no size here, and
    /// without its manifest, which has its id, it is left out.
    public func list() throws(ImageError) -> [ImageSummary] {
        var result: [ImageSummary] = []
        for descriptor in try readIndex().manifests {
            guard let manifest = try? manifest(descriptor) else { continue }
            let configuration = try? configuration(manifest)
            result.append(
                ImageSummary(
                    reference: descriptor.imageName, id: manifest.configuration.digest,
                    manifestDigest: descriptor.digest, created: configuration?.created,
                    size: (configuration?.diffIDs ?? []).reduce(0) { $0 + (record(of: $1)?.contents.size ?? 0) }))
        }
        return result.sorted { ($0.reference?.familiar ?? "\u{10FFFF}") < ($1.reference?.familiar ?? "\u{10FFFF}") }
    }

    /// All names of the image with that id.
    public func names(of id: Digest) throws(ImageError) -> [ImageReference] {
        try list().filter { $0.id == id }.compactMap(\.reference)
    }

    /// Gives the image that `source` names, by name or id, the further name `target`.
    public func tag(_ source: String, as target: ImageReference) throws(ImageError) {
        guard target.digest == nil else {
            throw ImageError(
                .badReference, target.familiar, "cannot tag with \(target.familiar): write NAME[:TAG], without a digest"
            )
        }
        try locked { () throws(ImageError) in
            try prepare()
            var index = try readIndex()
            let manifest = try find(source, in: index).manifest
            index.name(manifest, target, under: lease)
            try writeIndex(index)
        }
    }

    /// Takes the name away; with the last one go the image and all that no other image uses.
    ///
    /// By its id an image of several names is removed only with `force`. `user` says which container uses the image
    /// with that id, if one does, and is asked while the store is locked: then the last name stays.
    public func remove(
        _ text: String, force: Bool = false, user: (Digest) -> String?
    ) throws(ImageError) -> ImageRemoval {
        try remove(text, force: force, where: { _ in true }, user: user)
    }

    /// Takes away all names that were given under a lease and still are its: see ``remove(_:force:user:)``. Names of images
    /// that a container uses stay.
    public func removeNames(under lease: String, user: (Digest) -> String?) throws(ImageError) -> [ImageRemoval] {
        var result: [ImageRemoval] = []
        for descriptor in try readIndex().manifests where descriptor.annotations[Self.leaseKey] == lease {
            guard let name = descriptor.annotations[Self.nameKey] else { continue }
            do throws(ImageError) {
                result.append(
                    try remove(name, force: false, where: { $0.annotations[Self.leaseKey] == lease }, user: user))
            } catch {
                switch error.code {
                // Somebody else has removed it, or needs it.
                case .unknownImage, .inUse: continue
                default: throw error
                }
            }
        }
        return result
    }

    private func remove(
        _ text: String, force: Bool, where isMeant: (ContentDescriptor) -> Bool, user: (Digest) -> String?
    ) throws(ImageError) -> ImageRemoval {
        let staging = try makeStaging()
        return try locked { () throws(ImageError) in
            var index = try readIndex()
            let (descriptor, reference) = try find(text, in: index)
            guard isMeant(descriptor) else { return ImageRemoval(untagged: [], deleted: nil) }
            let names = index.manifests.filter { $0.digest == descriptor.digest }
            if reference == nil, names.count > 1, !force {
                throw ImageError(
                    .hasSeveralNames, text,
                    "cannot remove the image \(text): it has \(names.count) names, remove each, or all with --force")
            }
            let id = try? manifest(descriptor).configuration.digest
            let isLast = reference == nil || names.count == 1
            if isLast, let id, let container = user(id) {
                throw ImageError(
                    .inUse(container: container), text,
                    "cannot remove the image \(text): the container \(container) uses it, remove that first")
            }
            let gone = reference == nil ? names : [descriptor]
            index.manifests.removeAll { gone.contains($0) }
            if isLast { try beginLeaving() }
            try writeIndex(index)
            if isLast { try collect(index, into: staging) }
            return ImageRemoval(untagged: gone.compactMap(\.imageName), deleted: isLast ? id : nil)
        }
    }

    /// Moves what no image of `index` and no record of the build cache uses out of the way; it is removed with `staging`.
    /// Only while ``locked(_:)``, when whatever is in neither is not wanted by anybody, but for what is held.
    ///
    /// Where a document cannot be read, what it uses is unknown, and all stays.
    /// - Returns: how many bytes of contents and archives that was.
    @discardableResult
    func collect(_ index: ImageIndex, into staging: borrowing Staging) throws(ImageError) -> Int64 {
        var blobs: Set<FileName> = []
        var layers: Set<FileName> = []
        for descriptor in index.manifests {
            guard let manifest = try? manifest(descriptor), let configuration = try? configuration(manifest) else {
                return 0
            }
            blobs.insert(FileName(descriptor.digest.hex))
            blobs.insert(FileName(manifest.configuration.digest.hex))
            for layer in manifest.layers { blobs.insert(FileName(layer.digest.hex)) }
            for diffID in configuration.diffIDs { layers.insert(FileName(diffID.hex)) }
        }
        for (record, _) in try cacheRecords() { layers.insert(FileName(record.diffID.hex)) }
        do throws(SystemError) {
            var patience = LockPatience()
            try removeAttestations(except: blobs)
            let layers = try takeAwayLayers(except: layers, into: staging, &patience)
            let blobs = try takeAwayBlobs(except: blobs, into: staging, &patience)
            try noteLeaving(layers.leaves || blobs.leaves)
            return layers.size + blobs.size
        } catch {
            throw .write(path, error)
        }
    }

    /// Removes what a crash has left: directories in which something was being made, and content of no image.
    public func recover() throws(ImageError) {
        let staging = try makeStaging()
        _ = try locked { () throws(ImageError) in try collect(try readIndex(), into: staging) }
    }

    /// Reads all of an image again, and throws where a blob is missing, or is not what its digest says, or where a
    /// layer's archive is not what the configuration says.
    public func verify(_ image: Image) throws(ImageError) {
        let manifest = try manifest(
            ContentDescriptor(mediaType: .manifest, digest: image.manifestDigest, size: 0))
        _ = try configuration(manifest)
        for layer in image.layers {
            func failure(_ words: String, _ cause: ImageError? = nil) -> ImageError {
                ImageError(
                    .damaged, "\(layer.blob.digest)",
                    "the archive \(layer.blob.digest) of the layer \(layer.diffID) \(words): "
                        + "remove the image and import it again", cause: cause)
            }
            if layer.blob.digest == layer.diffID, isMade(layer.diffID), !hasBlob(layer.diffID) {
                try verifyMade(layer)
                continue
            }
            let stored = RecordedSource(try blobSource(layer.blob.digest) { failure("is missing from the store") })
            let diffID: Digest
            do throws(ImageError) {
                diffID = try RecordedSource(try DecompressedSource(stored)).drain()
            } catch {
                guard error.code == .badArchive else { throw error }
                throw failure("is damaged", error)
            }
            guard try stored.drain() == layer.blob.digest else { throw failure("is damaged") }
            guard diffID == layer.diffID else { throw failure("has other contents than the configuration says") }
        }
    }

    /// Throws where a layer that has no archive is not what its digest says.
    private func verifyMade(_ layer: Image.Layer) throws(ImageError) {
        guard try LayerDescription(root: layer.path).diffID == layer.diffID else {
            throw ImageError(
                .damaged, "\(layer.diffID)",
                "the layer \(layer.diffID) has other contents in the store than when it was made: "
                    + "build the image again")
        }
    }
}
