// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
public import OCI

extension ImageStore {
    /// Finds the image with that name, or the one whose id starts so.
    ///
    /// A layer whose directory is damaged is unpacked again from its archive. On the path of `run`: three small files
    /// are read, and one for each layer.
    public func resolve(_ text: String) throws(ImageError) -> Image {
        if let reference = try? ImageReference(text), let image = try resolveQuickly(reference) { return image }
        let (descriptor, reference) = try find(text, in: try readIndex())
        return try image(descriptor, reference: reference)
    }

    /// Finds the image with that name.
    public func resolve(_ reference: ImageReference) throws(ImageError) -> Image {
        if let image = try resolveQuickly(reference) { return image }
        let index = try readIndex()
        guard let descriptor = index.manifest(named: reference) else { throw unknown(reference.familiar, in: index) }
        return try image(descriptor, reference: reference)
    }

    /// Finds a name without reading all of the index into values; nil where it is not there, or the index is damaged.
    ///
    /// A dictionary of the annotations alone would cost more than the rest: the first one in a process makes the Swift
    /// runtime search all conformances, 0.1 ms, measured.
    private func resolveQuickly(_ reference: ImageReference) throws(ImageError) -> Image? {
        guard reference.digest == nil, let bytes = try? directory.contents(of: "index.json"),
            let manifests = (try? JSON(parsing: bytes))?["manifests"]?.array
        else { return nil }
        let name = JSON.string(reference.canonical)
        guard var found = manifests.first(where: { $0["annotations"]?[Self.nameKey] == name }) else { return nil }
        found["annotations"] = nil
        guard let descriptor = try? ContentDescriptor(found) else { return nil }
        return try image(descriptor, reference: reference)
    }

    /// A small blob, whole, and proven to be what its digest says.
    private func document(_ descriptor: ContentDescriptor, _ kind: String) throws(ImageError) -> [UInt8] {
        let advice = "remove the image and import it again"
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try directory.contents(of: blobName(descriptor.digest)) } catch {
            guard error.errno == .noEntry else { throw .read("\(kind) \(descriptor.digest)", error) }
            throw ImageError(
                .damaged, "\(descriptor.digest)",
                "the \(kind) \(descriptor.digest) is missing from the store: \(advice)")
        }
        guard Digest(sha256: SHA256.digest(of: bytes)) == descriptor.digest else {
            throw ImageError(
                .damaged, "\(descriptor.digest)",
                "the \(kind) \(descriptor.digest) is damaged in the store: \(advice)")
        }
        return bytes
    }

    func manifest(_ descriptor: ContentDescriptor) throws(ImageError) -> ImageManifest {
        let bytes = try document(descriptor, "manifest")
        do throws(ImageFormatError) { return try ImageManifest(parsing: bytes) } catch {
            throw ImageError(.badImage, "\(descriptor.digest)", "cannot use \(descriptor.digest)", cause: error)
        }
    }

    func configuration(_ manifest: ImageManifest) throws(ImageError) -> ImageConfiguration {
        let bytes = try document(manifest.configuration, "configuration")
        do throws(ImageFormatError) { return try ImageConfiguration(parsing: bytes) } catch {
            let digest = manifest.configuration.digest
            throw ImageError(.badImage, "\(digest)", "cannot use \(digest)", cause: error)
        }
    }

    func image(_ descriptor: ContentDescriptor, reference: ImageReference?) throws(ImageError) -> Image {
        let manifest = try manifest(descriptor)
        let configuration = try configuration(manifest)
        guard manifest.layers.count == configuration.diffIDs.count else {
            throw ImageError(
                .badImage, "\(descriptor.digest)",
                "cannot use \(descriptor.digest): it has \(manifest.layers.count) layers and "
                    + "\(configuration.diffIDs.count) diffIDs")
        }
        var layers: [Image.Layer] = []
        layers.reserveCapacity(manifest.layers.count)
        for (blob, diffID) in zip(manifest.layers, configuration.diffIDs) {
            let contents: LayerRecord.Contents
            if let known = record(of: diffID) {
                contents = known.contents
            } else {
                contents = try restore(blob, diffID: diffID)
            }
            layers.append(layer(diffID, blob, contents))
        }
        return Image(
            reference: reference, id: manifest.configuration.digest, manifestDigest: descriptor.digest,
            manifest: manifest, configuration: configuration, layers: layers)
    }

    /// The layer `diffID` of an image.
    func layer(_ diffID: Digest, _ blob: ContentDescriptor, _ contents: LayerRecord.Contents) -> Image.Layer {
        Image.Layer(
            diffID: diffID, blob: blob.plain, path: "\(path)/layers/\(diffID.hex)/root", size: contents.size,
            entries: contents.entries, highUsers: contents.highUsers, highGroups: contents.highGroups,
            hasRoot: contents.hasRoot)
    }

    /// What `layer.json` says; nil where the layer is not there whole.
    func record(of diffID: Digest) -> LayerRecord? {
        guard let bytes = try? directory.contents(of: "layers/\(diffID.hex)/layer.json"),
            let status = try? directory.status(of: "layers/\(diffID.hex)/root"), status.isDirectory
        else { return nil }
        return LayerRecord(bytes, of: diffID)
    }
}

extension ContentDescriptor {
    /// A layer's archive as the image specification calls it: what is made of images that docker has described is not
    /// docker's.
    fileprivate var plain: ContentDescriptor {
        guard mediaType.specified != mediaType else { return self }
        return ContentDescriptor(mediaType: mediaType.specified, digest: digest, size: size)
    }
}
