// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

extension BuildStaging {
    /// Moves layers into the store, and writes down what steps came to and the image, if there is one: all of it is on
    /// stable storage before any of it can be found.
    ///
    /// A layer that is in the store already stays as it is, and the one made here goes with the staging. The paths of
    /// those that move change to what ``ImageStore/layer(_:)`` says; what is stacked on them meanwhile is not
    /// disturbed. A layer of the image that is neither in `layers` nor in the store is an error, and nothing has
    /// changed then; ``ImageStore/hold(layer:in:)`` keeps one there. Other commands wait for some fsync at the most.
    @discardableResult
    public func publish(
        layers: [BuiltLayer], cache: [CacheRecord] = [], image new: NewImage? = nil
    ) throws(ImageError) -> Image? {
        var making: [Digest: LayerDescription] = [:]
        var moves: [(name: FileName, diffID: Digest)] = []
        for layer in layers where making[layer.description.diffID] == nil {
            making[layer.description.diffID] = layer.description
            moves.append((try prepare(layer), layer.description.diffID))
        }
        let assembled = try new.map { new throws(ImageError) in try store.assemble(new, making: making) }
        var documents: [(name: FileName, digest: Digest)] = []
        if let new, let assembled {
            for bytes in [new.configuration.json.bytes(), assembled.manifest.json.bytes()] {
                let digest = Digest(of: bytes)
                try stage(bytes, as: digest.hex)
                documents.append((FileName(digest.hex), digest))
            }
        }
        for record in cache { try stage(record.json.bytes(), as: "cache-\(record.key.hex)") }
        try store.synchronize()

        try store.publishing { () throws(ImageError) in
            for layer in assembled?.layers ?? [] where making[layer.diffID] == nil {
                if store.record(of: layer.diffID) == nil { throw store.missing(layer.diffID) }
                try store.requireArchive(of: layer)
            }
            if !moves.isEmpty { try store.publishLayers(moves, from: staging) }
            for (_, diffID) in moves { try store.markMade(diffID) }
            try publish(cache)
            guard let new, let assembled else { return }
            try store.publishBlobs(documents, from: staging)
            let descriptor = ContentDescriptor(
                mediaType: .manifest, digest: Digest(of: assembled.manifest.json.bytes()),
                size: Int64(assembled.manifest.json.bytes().count), platform: new.configuration.platform)
            var index = try store.readIndex()
            index.add(descriptor)
            for name in new.names { index.name(descriptor, name, under: store.lease) }
            try store.writeIndex(index)
        }
        guard let new, let assembled else { return nil }
        return store.value(new, assembled.manifest, assembled.layers)
    }

    /// Makes the directory of a layer what one of the store is, and returns its name.
    private func prepare(_ layer: BuiltLayer) throws(ImageError) -> FileName {
        let name = FileName(layer.directory).last
        try wrapping({ .write(layer.directory, $0) }) { () throws(SystemError) in
            let own = try staging.directory.open(name, [.readOnly, .directory, .noFollow])
            try own.replace("layer.json", with: LayerRecord(layer.description).json.bytes(), durable: false)
            try own.replace(ImageStore.madeName, with: [], durable: false)
            do throws(SystemError) { try own.rename("upper", to: "root") } catch {
                // An earlier publication was given up after this.
                guard error.errno == .noEntry, try own.status(of: "root").isDirectory else { throw error }
            }
        }
        return name
    }

    /// Puts a file into the staging, over one of an earlier publication.
    private func stage(_ bytes: [UInt8], as name: String) throws(ImageError) {
        try wrapping({ [path] in .write("\(path)/\(name)", $0) }) { () throws(SystemError) in
            try staging.directory.open(name, [.writeOnly, .create, .truncate, .noFollow], mode: 0o644).write(bytes)
        }
    }

    private func publish(_ cache: [CacheRecord]) throws(ImageError) {
        guard !cache.isEmpty else { return }
        try wrapping({ [path = store.path] in .write("\(path)/\(ImageStore.cacheName)", $0) }) {
            () throws(SystemError) in
            let directory = try store.directory.open(ImageStore.cacheName, [.readOnly, .directory, .noFollow])
            for record in cache {
                try staging.directory.rename(
                    FileName("cache-\(record.key.hex)"), to: FileName(record.key.hex), in: directory)
            }
            try directory.synchronize()
        }
    }
}

extension ImageStore {
    /// The file beside the root of a layer whose archive can be made of the root again.
    static let madeName = "made"

    /// Whether the archive of the layer is made of its directory when it is needed: it came out of such a directory.
    func isMade(_ diffID: Digest) -> Bool {
        (try? directory.status(of: "layers/\(diffID.hex)/\(Self.madeName)")) != nil
    }

    /// Notes that the layer, which may have been unpacked, came out of a directory here too.
    func markMade(_ diffID: Digest) throws(ImageError) {
        if isMade(diffID) { return }
        try wrapping({ [path] in .write("\(path)/layers/\(diffID.hex)", $0) }) { () throws(SystemError) in
            try directory.open("layers/\(diffID.hex)", [.readOnly, .directory, .noFollow])
                .replace(Self.madeName, with: [], durable: true, alone: true)
        }
    }

    /// Throws where the archive of a layer that was unpacked is gone, so that it could not be sent anywhere.
    func requireArchive(of layer: Image.Layer) throws(ImageError) {
        do throws(SystemError) { _ = try directory.status(of: blobName(layer.blob.digest)) } catch {
            if layer.blob.digest == layer.diffID, isMade(layer.diffID) { return }
            throw ImageError(
                .damaged, "\(layer.blob.digest)",
                "the archive \(layer.blob.digest) of the layer \(layer.diffID) is not in the store any more: "
                    + "build the image again", cause: error)
        }
    }
}

extension ImageIndex {
    /// Lists the image, if it is not yet.
    mutating func add(_ manifest: ContentDescriptor) {
        if manifests.contains(where: { $0.digest == manifest.digest }) { return }
        manifests.append(manifest)
    }
}

extension Digest {
    /// The digest of `bytes`.
    init(of bytes: [UInt8]) { self.init(sha256: SHA256.digest(of: bytes)) }
}
