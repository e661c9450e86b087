// SPDX-License-Identifier: Apache-2.0
public import OCI

/// A layer that was made in place, sealed and described.
public struct BuiltLayer: Hashable, Sendable {
    /// What ``BuildStaging/makeLayer(_:likeTopOf:)`` gave.
    public var directory: String
    public var description: LayerDescription

    public init(directory: String, description: LayerDescription) {
        self.directory = directory
        self.description = description
    }
}

/// An image to put into the store.
public struct NewImage: Sendable {
    /// Complete: ``ImageConfiguration/diffIDs`` are the image's layers, each one in the store or being published.
    public var configuration: ImageConfiguration
    /// May be none: the image is then found by its id alone.
    public var names: [ImageReference]
    /// Of the manifest.
    public var annotations: [String: String]
    /// The layers of the images that this one stands on: those of `configuration` that are among them have their
    /// archives.
    public var base: [Image.Layer]

    public init(
        configuration: ImageConfiguration, names: [ImageReference] = [], annotations: [String: String] = [:],
        base: [Image.Layer] = []
    ) {
        self.configuration = configuration
        self.names = names
        self.annotations = annotations
        self.base = base
    }
}

extension ImageStore {
    /// The layer with that digest, if it is in the store whole; as one that was made in place.
    public func layer(_ diffID: Digest) -> Image.Layer? {
        guard let contents = record(of: diffID)?.contents else { return nil }
        return layer(diffID, descriptor(diffID, contents), contents)
    }

    /// The image as a value, without putting it into the store. Its layers must be there.
    public func unlistedImage(_ new: NewImage) throws(ImageError) -> Image {
        let (manifest, layers) = try assemble(new, making: [:])
        return value(new, manifest, layers)
    }

    func value(_ new: NewImage, _ manifest: ImageManifest, _ layers: [Image.Layer]) -> Image {
        Image(
            reference: new.names.first, id: manifest.configuration.digest,
            manifestDigest: Digest(of: manifest.json.bytes()), manifest: manifest, configuration: new.configuration,
            layers: layers)
    }

    private func descriptor(_ diffID: Digest, _ contents: LayerRecord.Contents) -> ContentDescriptor {
        ContentDescriptor(mediaType: .layer, digest: diffID, size: contents.archiveSize ?? 0)
    }

    /// The manifest of `new`, and its layers; `making` has those that are being published.
    func assemble(
        _ new: NewImage, making: [Digest: LayerDescription]
    ) throws(ImageError) -> (manifest: ImageManifest, layers: [Image.Layer]) {
        var archives: [Digest: ContentDescriptor] = [:]
        for layer in new.base { archives[layer.diffID] = layer.blob }
        var layers: [Image.Layer] = []
        for diffID in new.configuration.diffIDs {
            guard let contents = making[diffID].map({ LayerRecord($0).contents }) ?? record(of: diffID)?.contents else {
                throw missing(diffID)
            }
            let archive = archives[diffID] ?? descriptor(diffID, contents)
            layers.append(layer(diffID, archive, contents))
        }
        let bytes = new.configuration.json.bytes()
        let manifest = ImageManifest(
            configuration: ContentDescriptor(
                mediaType: .configuration, digest: Digest(of: bytes), size: Int64(bytes.count)),
            layers: layers.map(\.blob), annotations: new.annotations)
        return (manifest, layers)
    }

    /// The error for a layer that was in the store a moment ago.
    func missing(_ diffID: Digest) -> ImageError {
        ImageError(
            .damaged, "\(diffID)", "the layer \(diffID) is not in the store any more: build the image again")
    }
}
