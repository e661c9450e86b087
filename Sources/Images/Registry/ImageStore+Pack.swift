// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

extension ImageStore {
    /// The image with an archive of its own for each layer, compressed, as registries have them.
    ///
    /// Layers that were made here have none. They are compressed once: the archives are kept, and so is the manifest that
    /// names them, which takes the place of the former under all of its names, and in lists. The image's id stays.
    /// `progress` is told of each layer that is compressed.
    func packed(_ image: Image, progress: (_ layer: Int) -> Void) throws(ImageError) -> Image {
        let made = image.layers.indices.filter { !hasArchive(image.layers[$0]) }
        if made.isEmpty { return image }
        let staging = try makeStaging()
        var manifest = image.manifest
        var archives: [(name: FileName, digest: Digest)] = []
        let known = knownArchives()
        for number in made {
            let layer = image.layers[number]
            if let archive = known[layer.diffID] {
                manifest.layers[number] = archive
                continue
            }
            progress(number)
            let compressed = try compressArchive(of: layer, as: .gzip)
            let name = FileName("archive-\(number)")
            let path = "\(staging.path)/\(name)"
            let file = try wrapping({ .write(path, $0) }) { () throws(SystemError) in
                try staging.directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            }
            try compressed.read { bytes throws(ImageError) in
                try wrapping({ .write(path, $0) }) { () throws(SystemError) in try file.write(bytes) }
            }
            manifest.layers[number] = compressed.descriptor
            if !archives.contains(where: { $0.digest == compressed.descriptor.digest }) {
                archives.append((name, compressed.descriptor.digest))
            }
        }
        let bytes = manifest.json.bytes()
        try staging.write(bytes, to: "manifest")
        try synchronize()
        let digest = Digest(of: bytes)
        let said = try attestations(of: image.manifestDigest)
        try locked { () throws(ImageError) in
            var index = try readIndex()
            guard index.manifests.contains(where: { $0.digest == image.manifestDigest }) else {
                throw unknown(image.reference?.familiar ?? image.id.short, in: index)
            }
            try beginLeaving()
            try publishBlobs(archives + [("manifest", digest)], from: staging)
            for place in index.manifests.indices where index.manifests[place].digest == image.manifestDigest {
                index.manifests[place].digest = digest
                index.manifests[place].size = Int64(bytes.count)
            }
            // A list that names what is not there yet is one to be mended; one that names what is gone is lost.
            try replaceInLists(image.manifestDigest, by: digest, size: Int64(bytes.count))
            try writeIndex(index)
            // Nobody looks for the former manifest any more.
            try collect(index, into: staging)
        }
        if let said { try setAttestations(said, of: digest) }
        return try self.image(
            ContentDescriptor(mediaType: manifest.mediaType, digest: digest, size: Int64(bytes.count)),
            reference: image.reference)
    }

    /// The compressed archives that images have, by what is in them.
    func knownArchives() -> [Digest: ContentDescriptor] {
        var result: [Digest: ContentDescriptor] = [:]
        for descriptor in (try? readIndex())?.manifests ?? [] {
            guard let manifest = try? manifest(descriptor), let configuration = try? configuration(manifest) else {
                continue
            }
            for (blob, diffID) in zip(manifest.layers, configuration.diffIDs)
            where blob.digest != diffID && hasBlob(blob) { result[diffID] = blob }
        }
        return result
    }

    /// The repositories of a registry that have, or had, the blob, as far as names tell.
    func repositories(of host: String, with blob: Digest, except path: String) -> [String] {
        var result: [String] = []
        for descriptor in (try? readIndex())?.manifests ?? [] {
            guard let name = descriptor.imageName, name.host == host, name.path != path, !result.contains(name.path),
                let manifest = try? manifest(descriptor), manifest.layers.contains(where: { $0.digest == blob })
            else { continue }
            result.append(name.path)
        }
        return Array(result.prefix(4))
    }

    /// Lends a blob to the fetching program, which can read it and nothing else.
    func lend(_ digest: Digest, to fetch: FetchProcess) throws(ImageError) {
        try wrapping({ .read("\(digest)", $0) }) { () throws(SystemError) in
            let blob = try directory.open(blobName(digest), [.readOnly, .noFollow])
            if try blob.status().permissions & 0o004 == 0 { try blob.setPermissions(0o444) }
            try fetch.directory.makeHardLink(FileName(digest.hex), to: FileName(blobName(digest)), in: directory)
        }
    }
}
