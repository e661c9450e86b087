// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// An image of an OCI image layout in a directory (image-spec, image-layout.md): its documents, proven by their digests.
/// Its layers are read when the store takes them: ``ImageStore/take(_:)``.
public struct LayoutImage: Sendable {
    public let reference: LayoutReference
    public let manifestDigest: Digest
    /// The layers' media types are those of the image specification, also where docker's were written.
    public let manifest: ImageManifest
    public let configuration: ImageConfiguration

    /// Finds the image that is meant, for a machine of the kind `platform`.
    public init(_ reference: LayoutReference, for platform: Platform = .current) throws(ImageError) {
        self.reference = reference
        do throws(ImageError) {
            let reader = LayoutReader(try BlobDirectory(path: reference.path), platform: platform)
            (manifestDigest, manifest) = try reader.manifest(try reader.find(reference))
            configuration = try reader.configuration(manifest)
        } catch {
            throw ImageError(error.code, "\(reference)", "cannot use \(reference)", cause: error)
        }
    }
}

/// Finds its way through the documents of a layout.
struct LayoutReader: ~Copyable {
    private let blobs: BlobDirectory
    private let platform: Platform

    /// What the specification wants of readers at the least is 4 MiB.
    private static let mostBytes = 16 << 20
    /// An index of indexes of indexes has no reason to be.
    private static let mostLevels = 4

    init(_ blobs: consuming BlobDirectory, platform: Platform) {
        self.blobs = blobs
        self.platform = platform
    }

    /// The manifest, or the index, that the layout's list leads to.
    borrowing func find(_ reference: LayoutReference) throws(ImageError) -> ContentDescriptor {
        let listed = try everythingListed()
        if let digest = reference.digest {
            // It may also be one of an index that is listed.
            if let found = listed.first(where: { $0.digest == digest }) { return found }
            return try describe(digest)
        }
        let images = listed.filter { !$0.isAttestation }
        let named = images.filter { $0.isNamed(reference.tag ?? "latest") }
        guard reference.tag == nil || !named.isEmpty else {
            throw failure("there is no \(reference.tag ?? "") in it\(Self.names(of: images))")
        }
        let candidates = named.isEmpty ? images : named
        let found = try choose(candidates)
        guard candidates.allSatisfy({ $0.digest == found.digest || !isFit($0) }) else {
            throw failure("there are several images in it: write PATH:TAG or PATH@DIGEST\(Self.names(of: images))")
        }
        return found
    }

    /// Whether the files are a layout, and not docker's archive alone.
    borrowing func isLayout() throws(ImageError) -> Bool { try contents(of: "oci-layout") != nil }

    /// The images that the layout's list has.
    borrowing func listed() throws(ImageError) -> [ContentDescriptor] {
        try everythingListed().filter { !$0.isAttestation }
    }

    private borrowing func everythingListed() throws(ImageError) -> [ContentDescriptor] {
        try requireLayout()
        guard let bytes = try contents(of: "index.json") else { throw failure("there is no index.json in it") }
        return try parsing("its index.json is damaged") { () throws(ImageFormatError) in
            try ImageIndex(parsing: bytes).manifests
        }
    }

    /// A document by its path; nil where there is none.
    borrowing func contents(of name: String) throws(ImageError) -> [UInt8]? {
        try blobs.contents(of: name, limit: Self.mostBytes)
    }

    /// A document, proven by its digest.
    borrowing func document(_ descriptor: ContentDescriptor) throws(ImageError) -> [UInt8] {
        try blobs.document(descriptor, limit: Self.mostBytes)
    }

    /// The file of a layer. Where files were put away for this alone, they are in the directory `folder` of a staging one.
    borrowing func layerFile(
        _ layer: ArchivedImage.Layer, stagedIn folder: String
    ) throws(ImageError) -> LayerFile {
        let source: FileSource
        if let blob = layer.blob {
            source = try blobs.source(of: blob)
        } else if let file = try blobs.open(layer.file) {
            source = FileSource(file, name: "\(blobs.path)/\(layer.file)")
        } else {
            throw failure("its layer \(layer.file) is missing")
        }
        let own = blobs.hasOwnNames ? blobs.place(of: layer.file) : nil
        return LayerFile(
            place: own.map { .staged(FileName("\(folder)/\($0)")) } ?? .foreign(source), name: layer.file,
            digest: layer.blob?.digest)
    }

    private borrowing func requireLayout() throws(ImageError) {
        guard let bytes = try blobs.contents(of: "oci-layout", limit: 1 << 16) else {
            throw failure("it is no OCI image layout: there is no file oci-layout in it")
        }
        guard let version = (try? JSON(parsing: bytes))?["imageLayoutVersion"]?.string, version.hasPrefix("1.") else {
            throw failure("its file oci-layout does not say that it is an OCI image layout of version 1")
        }
    }

    private static func names(of images: [ContentDescriptor]) -> String {
        let names = Set(images.compactMap { $0.annotations[ImageStore.nameKey] }).sorted().prefix(10)
        return names.isEmpty ? "" : ", there are \(names.joined(separator: ", "))"
    }

    /// A document that nothing else describes.
    private borrowing func describe(_ digest: Digest) throws(ImageError) -> ContentDescriptor {
        var descriptor = ContentDescriptor(mediaType: .manifest, digest: digest, size: 0)
        let json = try? JSON(parsing: try blobs.document(descriptor, limit: Self.mostBytes))
        if let type = json?["mediaType"]?.string {
            descriptor.mediaType = MediaType(rawValue: type)
        } else if json?["manifests"] != nil {
            descriptor.mediaType = .index
        }
        return descriptor
    }

    private borrowing func isFit(_ descriptor: ContentDescriptor) -> Bool {
        guard let platform = descriptor.platform else { return true }
        return self.platform.isFit(platform)
    }

    /// The one of `candidates` that is for this machine.
    private borrowing func choose(_ candidates: [ContentDescriptor]) throws(ImageError) -> ContentDescriptor {
        // One that says so before one that says nothing.
        let fit = candidates.filter { isFit($0) }
        if let found = fit.first(where: { $0.platform != nil }) ?? fit.first { return found }
        let others = Set(candidates.compactMap { $0.platform.map { "\($0)" } }).sorted()
        throw failure(
            others.isEmpty
                ? "there is no image in it" : "it is for \(others.joined(separator: ", ")), and not for \(platform)")
    }

    /// The manifest that `descriptor` leads to.
    borrowing func manifest(_ descriptor: ContentDescriptor) throws(ImageError) -> (Digest, ImageManifest) {
        var descriptor = descriptor
        for _ in 0..<Self.mostLevels {
            let bytes = try blobs.document(descriptor, limit: Self.mostBytes)
            let damaged = "\(descriptor.digest) is damaged"
            switch descriptor.mediaType {
            case .manifest, .dockerManifest:
                var manifest = try parsing(damaged) { () throws(ImageFormatError) in
                    try ImageManifest(parsing: bytes)
                }
                manifest.mediaType = .manifest
                for index in manifest.layers.indices { try takeLayer(&manifest.layers[index]) }
                return (descriptor.digest, manifest)
            case .index, .dockerIndex:
                let index = try parsing(damaged) { () throws(ImageFormatError) in try ImageIndex(parsing: bytes) }
                descriptor = try choose(index.manifests.filter { !$0.isAttestation })
            default: throw failure("\(descriptor.digest) is of the kind \(descriptor.mediaType), which is no image")
            }
        }
        throw failure("its indexes lead to other indexes")
    }

    /// Makes the descriptor of a layer what the image specification calls it.
    private borrowing func takeLayer(_ layer: inout ContentDescriptor) throws(ImageError) {
        switch layer.mediaType {
        case .layer, .gzipLayer, .zstdLayer: break
        case .dockerLayer: layer.mediaType = .layer
        case .dockerGzipLayer: layer.mediaType = .gzipLayer
        default: throw failure("\(layer.digest) is of the kind \(layer.mediaType), which is no layer of files")
        }
        layer = ContentDescriptor(mediaType: layer.mediaType, digest: layer.digest, size: layer.size)
    }

    /// The configuration of an image for this machine.
    borrowing func configuration(_ manifest: ImageManifest) throws(ImageError) -> ImageConfiguration {
        let bytes = try document(manifest.configuration)
        let configuration = try configuration(parsing: bytes, layers: manifest.layers.count)
        let own = configuration.platform
        guard platform.isFit(own) else {
            throw failure("it is for \(own), and not for \(platform)")
        }
        return configuration
    }

    /// The configuration of an image of so many layers, for whatever machine.
    borrowing func configuration(parsing bytes: [UInt8], layers: Int) throws(ImageError) -> ImageConfiguration {
        let configuration = try parsing("its configuration is damaged") { () throws(ImageFormatError) in
            try ImageConfiguration(parsing: bytes)
        }
        guard layers == configuration.diffIDs.count else {
            throw failure("it has \(layers) layers and \(configuration.diffIDs.count) digests of their contents")
        }
        return configuration
    }

    private borrowing func parsing<R>(
        _ words: String, _ body: () throws(ImageFormatError) -> R
    ) throws(ImageError) -> R {
        do { return try body() } catch { throw ImageError(.badImage, blobs.path, words, cause: error) }
    }

    borrowing func failure(_ words: String) -> ImageError { ImageError(.badImage, blobs.path, words) }
}

extension ContentDescriptor {
    /// Whether it is something said about an image, as BuildKit lists it beside the image.
    fileprivate var isAttestation: Bool { annotations["vnd.docker.reference.type"] != nil }

    /// Whether the list of a layout calls it so: by a tag, or by a whole name with that tag.
    fileprivate func isNamed(_ tag: String) -> Bool {
        guard let name = annotations[ImageStore.nameKey] else { return false }
        return name == tag || (try? ImageReference(name))?.tag == tag && name.utf8.contains(UInt8(ascii: ":"))
    }
}

extension MediaType {
    fileprivate static let dockerLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar")
    fileprivate static let dockerGzipLayer = MediaType(rawValue: "application/vnd.docker.image.rootfs.diff.tar.gzip")
}
