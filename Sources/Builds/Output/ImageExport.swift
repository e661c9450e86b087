// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Images
internal import Linux
public import OCI

/// Writes a finished image to the places that `--output` names.
public struct ImageExport: Sendable {
    public var store: ImageStore
    public var image: Image
    /// Those of `--tag`, for an output that has none of its own.
    public var names: [ImageReference]
    /// `SOURCE_DATE_EPOCH`, in seconds: no time in files is later, and lists of images say it.
    public var epoch: Int64?
    public var attestations: [Attestation]

    public init(
        store: ImageStore, image: Image, names: [ImageReference], epoch: Int64? = nil, attestations: [Attestation] = []
    ) {
        self.store = store
        self.image = image
        self.names = names
        self.epoch = epoch
        self.attestations = attestations
    }

    /// Writes to where `choice` says. An image of the store is there already, and nothing is written for it.
    ///
    /// What was written is there whole or not at all. The answer describes the image as it came out; of files alone
    /// there is none.
    public func write(_ choice: OutputChoice) throws(BuildError) -> ImageDescription? {
        switch choice {
        case .none: return nil
        case .image(let names, _):
            return ImageDescription(
                descriptor: ContentDescriptor(
                    mediaType: image.manifest.mediaType, digest: image.manifestDigest, size: try manifestSize(),
                    platform: image.configuration.platform), configuration: image.id,
                names: names.isEmpty ? self.names : names)
        case .local(let path, let deletesOthers, let options):
            try writeFiles(to: path, deletingOthers: deletesOthers, options)
            return nil
        case .tar(let place, let options):
            try writeArchive(to: place, options)
            return nil
        case .oci(.directory(let path), let names, let options):
            return try writeLayout(to: path, names, options)
        case .oci(.archive(let place), let names, let options):
            return try writeLayoutArchive(to: place, names, options, forDocker: false)
        case .docker(let place, let names, let options):
            guard attestations.isEmpty else {
                throw BuildError(
                    .invalid,
                    "cannot put attestations into an archive for docker: write type=oci, or leave --sbom and "
                        + "--provenance out")
            }
            return try writeLayoutArchive(to: place, names, options, forDocker: true)
        }
    }

    private func manifestSize() throws(BuildError) -> Int64 {
        do throws(ImageError) { return Int64(try store.manifestBytes(of: image).count) } catch {
            throw BuildError(error)
        }
    }

    func wrapping<R: ~Copyable>(_ body: () throws(ImageError) -> R) throws(BuildError) -> R {
        try Self.wrapping(body)
    }

    /// Runs `body`, whose errors are of the store.
    static func wrapping<R: ~Copyable>(_ body: () throws(ImageError) -> R) throws(BuildError) -> R {
        do { return try body() } catch { throw BuildError(error) }
    }
}

/// An image as it came out of a build.
public struct ImageDescription: Hashable, Sendable {
    /// Of the manifest, or of the index where the image has one.
    public var descriptor: ContentDescriptor
    /// The digest of the configuration, which is the image's id.
    public var configuration: Digest
    public var names: [ImageReference]

    public init(descriptor: ContentDescriptor, configuration: Digest, names: [ImageReference]) {
        self.descriptor = descriptor
        self.configuration = configuration
        self.names = names
    }
}
