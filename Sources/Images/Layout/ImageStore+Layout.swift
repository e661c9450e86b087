// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ImageStore {
    /// Holds every archive and every layer of the store, for who is about to take some and to build on them.
    public func holdEverything(in hold: inout LayerHold) throws(ImageError) {
        try locked { () throws(ImageError) in try prepare() }
        try holdAll(in: &hold)
    }

    /// Whether all of the image's layers are here, and are known to be what its archives hold.
    public func has(_ image: LayoutImage) -> Bool { missing(of: image).isEmpty }

    /// The image of a layout whose layers are here, without being in the list of images. They must be held, or else they
    /// may go.
    public func image(of layout: LayoutImage) throws(ImageError) -> Image {
        var layers: [Image.Layer] = []
        for (blob, diffID) in zip(layout.manifest.layers, layout.configuration.diffIDs) {
            guard let contents = record(of: diffID)?.contents, hasBlob(blob) else {
                throw ImageError(
                    .damaged, "\(layout.reference)",
                    "cannot use \(layout.reference): its layer \(diffID) was removed a moment ago, build again")
            }
            layers.append(layer(diffID, blob, contents))
        }
        return Image(
            reference: nil, id: layout.manifest.configuration.digest, manifestDigest: layout.manifestDigest,
            manifest: layout.manifest, configuration: layout.configuration, layers: layers)
    }

    /// Takes the layers of an image into the store, each with its archive, after proving that both are what the image
    /// says. The image gets no name and is not listed: what nobody holds of it goes as what no image has.
    public func take(_ image: LayoutImage, _ setting: LayerSetting = LayerSetting()) throws(ImageError) {
        do throws(ImageError) { try take(missing(of: image), of: image.reference.path, setting) } catch {
            throw ImageError(error.code, "\(image.reference)", "cannot use \(image.reference)", cause: error)
        }
    }

    /// An archive, and the digest of what is in it.
    struct Pair: Hashable {
        var archive: Digest
        var diffID: Digest
    }

    /// The layers that have to be taken, each once.
    private func missing(of image: LayoutImage) -> [(blob: ContentDescriptor, diffID: Digest)] {
        var taken: Set<Pair> = []
        var missing: [(blob: ContentDescriptor, diffID: Digest)] = []
        // That an archive holds what an image says is known of images that are listed: they were looked at.
        let known = listedPairs()
        for (blob, diffID) in zip(image.manifest.layers, image.configuration.diffIDs) {
            let pair = Pair(archive: blob.digest, diffID: diffID)
            guard taken.insert(pair).inserted else { continue }
            if known.contains(pair), hasBlob(blob), record(of: diffID) != nil { continue }
            missing.append((blob, diffID))
        }
        return missing
    }

    func listedPairs() -> Set<Pair> {
        var result: Set<Pair> = []
        for descriptor in (try? readIndex())?.manifests ?? [] {
            guard let manifest = try? manifest(descriptor), let configuration = try? configuration(manifest) else {
                continue
            }
            for (blob, diffID) in zip(manifest.layers, configuration.diffIDs) {
                result.insert(Pair(archive: blob.digest, diffID: diffID))
            }
        }
        return result
    }

    func hasBlob(_ blob: ContentDescriptor) -> Bool {
        (try? directory.status(of: blobName(blob.digest)))?.size == blob.size
    }

    private func take(
        _ layers: [(blob: ContentDescriptor, diffID: Digest)], of path: String, _ setting: LayerSetting
    ) throws(ImageError) {
        guard !layers.isEmpty else { return }
        let blobs = try BlobDirectory(path: path)
        try take(layers, of: blobs, into: try makeStaging(), setting)
    }

    private func take(
        _ layers: [(blob: ContentDescriptor, diffID: Digest)], of blobs: borrowing BlobDirectory,
        into staging: borrowing Staging, _ setting: LayerSetting
    ) throws(ImageError) {
        let workers = try LayerWorkers(self, staging, setting)
        defer { workers.stop() }
        for (blob, diffID) in layers {
            // One that waits would hold its archive open.
            while !workers.hasRoom { _ = try workers.next() }
            let file = LayerFile(
                place: .foreign(try blobs.source(of: blob)), name: "\(blob.digest)", digest: blob.digest)
            try workers.add(file, diffID)
        }
        while try workers.next() != nil {}
        try synchronize()
        try locked { () throws(ImageError) in try workers.publish(from: staging) }
    }
}
