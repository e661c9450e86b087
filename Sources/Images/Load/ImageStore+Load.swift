// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
public import OCI

/// An image that was taken from an archive.
public struct LoadedImage: Hashable, Sendable {
    public let id: Digest
    /// Those that the archive gave it.
    public let names: [ImageReference]
}

extension ImageStore {
    /// Takes all images of an archive or a layout: what `docker save`, podman, skopeo, BuildKit and umoci write.
    ///
    /// Every document and every layer is read whole and proven by its digest before anything of it is published; when this
    /// throws, nothing has changed and nothing is left over. A name that another image had is the new one's afterwards.
    ///
    /// - Parameters:
    ///   - platform: only what is for this machine. nil takes of an index what is for this host, and whatever else there is.
    ///   - progress: is told of each layer before it is read.
    public func load(
        from source: ImportSource, for platform: Platform? = nil, _ setting: LayerSetting = LayerSetting(),
        progress: (_ layer: Digest, _ number: Int, _ count: Int) -> Void = { _, _, _ in }
    ) throws(ImageError) -> [LoadedImage] {
        do throws(ImageError) {
            let staging = try makeStaging()
            let reader = try open(source, for: platform ?? .current, staging: staging)
            return try load(reader, for: platform, staging: staging, setting, progress: progress)
        } catch {
            if error.subject == source.name { throw error }
            throw ImageError(error.code, error.subject, "cannot load \(source.name)", cause: error)
        }
    }

    /// The documents of the source. Files of an archive are the store's own from here on, and are in `staging`.
    private func open(
        _ source: ImportSource, for platform: Platform, staging: borrowing Staging
    ) throws(ImageError) -> LayoutReader {
        let file = try source.open()
        if try wrapping({ .read(source.name, $0) }, { () throws(SystemError) in try file.status().isDirectory }) {
            return LayoutReader(BlobDirectory(file, path: source.name), platform: platform)
        }
        let place = "\(staging.path)/\(Self.files)"
        let directory = try wrapping({ .write(place, $0) }) { () throws(SystemError) in
            try staging.directory.makeDirectory(Self.files, mode: 0o700)
            return try staging.directory.open(Self.files, [.readOnly, .directory, .noFollow])
        }
        let archive = try DecompressedSource(FileSource(file, name: source.name))
        let files = try ArchiveFiles(TarReader(archive), into: directory, at: place)
        return LayoutReader(BlobDirectory(directory, path: source.name, files: files), platform: platform)
    }

    private static let files = "files"

    private func load(
        _ reader: borrowing LayoutReader, for platform: Platform?, staging: borrowing Staging,
        _ setting: LayerSetting, progress: (Digest, Int, Int) -> Void
    ) throws(ImageError) -> [LoadedImage] {
        let all = try reader.isLayout() ? reader.images(only: platform) : reader.dockerImages()
        guard !all.isEmpty else { throw ImageError(.badImage, "archive", "there is no image in it") }
        let images = all.filter { platform?.isFit($0.configuration.platform) ?? true }
        guard !images.isEmpty else {
            let others = Set(all.map { "\($0.configuration.platform)" }).sorted().joined(separator: ", ")
            throw ImageError(
                .badImage, "archive", "what is in it is for \(others), and not for \(platform ?? .current)")
        }
        let workers = try LayerWorkers(self, staging, setting)
        defer { workers.stop() }
        let taken = try takeLayers(of: images, reader, workers, progress: progress)
        var documents: [(name: FileName, digest: Digest)] = []
        var loaded: [(descriptor: ContentDescriptor, image: LoadedImage)] = []
        for image in images {
            var layers: [ContentDescriptor] = []
            for (layer, diffID) in zip(image.layers, image.configuration.diffIDs) {
                guard let found = taken[LayerSource(file: layer.file, diffID: diffID)] else { continue }
                let blob = ContentDescriptor(
                    mediaType: try found.format.layerType(layer.file), digest: found.digest, size: found.size)
                layers.append(layer.blob ?? blob)
            }
            let manifest = image.manifestBytes(layers: layers)
            for bytes in [image.configurationBytes, manifest] {
                let name = "document-\(documents.count)"
                try staging.write(bytes, to: name)
                documents.append((FileName(name), Digest(of: bytes)))
            }
            loaded.append(
                (
                    ContentDescriptor(
                        mediaType: .manifest, digest: Digest(of: manifest), size: Int64(manifest.count),
                        platform: image.configuration.platform),
                    LoadedImage(id: Digest(of: image.configurationBytes), names: image.names)
                ))
        }
        try synchronize()
        try publishing { () throws(ImageError) in
            try publishBlobs(documents, from: staging)
            try workers.publish(from: staging)
            var index = try readIndex()
            for (descriptor, image) in loaded {
                for name in image.names { index.name(descriptor, name, under: lease) }
                if !index.manifests.contains(where: { $0.digest == descriptor.digest }) {
                    index.manifests.append(descriptor)
                }
            }
            try writeIndex(index)
        }
        return loaded.map(\.image)
    }

    /// A layer of an archive, of which an image after the other may have the same.
    private struct LayerSource: Hashable {
        var file: String
        var diffID: Digest
    }

    /// Takes the layers of all images, each once, and returns what they turned out to be.
    private func takeLayers(
        of images: [ArchivedImage], _ reader: borrowing LayoutReader, _ workers: LayerWorkers,
        progress: (Digest, Int, Int) -> Void
    ) throws(ImageError) -> [LayerSource: LayerFindings] {
        var wanted: [(layer: ArchivedImage.Layer, source: LayerSource)] = []
        var known: Set<LayerSource> = []
        for image in images {
            for (layer, diffID) in zip(image.layers, image.configuration.diffIDs) {
                let source = LayerSource(file: layer.file, diffID: diffID)
                if known.insert(source).inserted { wanted.append((layer, source)) }
            }
        }
        var result: [LayerSource: LayerFindings] = [:]
        for (place, (layer, source)) in wanted.enumerated() {
            // One that waits would hold its archive open.
            while !workers.hasRoom, let taken = try workers.next() {
                result[wanted[taken.number].source] = taken.findings
            }
            progress(source.diffID, place + 1, wanted.count)
            try workers.add(try reader.layerFile(layer, stagedIn: Self.files), source.diffID)
        }
        while let taken = try workers.next() { result[wanted[taken.number].source] = taken.findings }
        return result
    }
}

extension CompressionFormat {
    /// What the image specification calls a layer that is compressed so.
    fileprivate func layerType(_ name: String) throws(ImageError) -> MediaType {
        switch self {
        case .none: .layer
        case .gzip: .gzipLayer
        case .zstd: .zstdLayer
        case .xz, .bzip2:
            throw ImageError(
                .badImage, name, "the layer \(name) is compressed with \(self), which the image specification has not")
        }
    }
}
