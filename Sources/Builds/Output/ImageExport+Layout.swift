// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Images
internal import Linux
internal import OCI

/// An image as a layout, ready to be written: its documents, and its layers.
struct ImageLayout {
    let documents: LayoutDocuments
    /// Lowest first; the same one may be there twice.
    let layers: [LayerBlob]
    let names: [ImageReference]
    /// The digest of the image's configuration; of a list, which has none, that of its index.
    let configuration: Digest

    static let version: JSON = ["imageLayoutVersion": "1.0.0"]

    var description: ImageDescription {
        ImageDescription(descriptor: documents.root.descriptor, configuration: configuration, names: names)
    }
}

extension ImageExport {
    /// Compresses the layers, where that is wanted, and makes the documents.
    func layout(
        _ names: [ImageReference], _ options: ImageOptions, hasWholeNames: Bool = false
    ) throws(BuildError) -> ImageLayout {
        let names = names.isEmpty ? self.names : names
        var layers: [LayerBlob] = []
        for layer in image.layers {
            layers.append(
                try wrapping { () throws(ImageError) in
                    try LayerBlob(layer, of: store, options.compression)
                })
        }
        var manifest = image.manifest
        if manifest.mediaType != .manifest {
            // Docker's kinds do not go with the specification's.
            manifest.mediaType = .manifest
            manifest.configuration.mediaType = .configuration
        }
        manifest.layers = layers.map(\.descriptor)
        for annotation in options.annotations where annotation.place == .manifest {
            manifest.annotations[annotation.key] = annotation.value
        }
        let isSame = manifest == image.manifest
        let bytes = try wrapping { () throws(ImageError) in
            isSame ? try store.manifestBytes(of: image) : manifest.json.bytes()
        }
        let configuration = try wrapping { () throws(ImageError) in try store.configurationBytes(of: image) }
        return ImageLayout(
            documents: LayoutDocuments(
                manifest: bytes, configuration: configuration, platform: image.configuration.platform, names: names,
                annotations: options.annotations, attestations: attestations, hasWholeNames: hasWholeNames,
                created: epoch.map { Timestamp.text(FileTime(seconds: $0, nanoseconds: 0)) }),
            layers: layers, names: names, configuration: image.id)
    }

    /// Writes a layout as a directory; into one that is a layout already, the image is added.
    func writeLayout(
        to path: String, _ names: [ImageReference], _ options: ImageOptions, hasWholeNames: Bool = false
    ) throws(BuildError) -> ImageDescription {
        try Self.write(to: path) { () throws(BuildError) in
            try layout(names, options, hasWholeNames: hasWholeNames)
        }
    }

    /// Writes what `make` gives as a directory, as ``writeLayout(to:_:_:hasWholeNames:)``.
    static func write(
        to path: String, _ make: () throws(BuildError) -> ImageLayout
    ) throws(BuildError) -> ImageDescription {
        let output = try OutputDirectory(path)
        let existing = try list(in: output)
        let layout = try make()
        try wrapping { () throws(ImageError) in
            do throws(SystemError) {
                try output.staging.makeDirectory("blobs", mode: 0o755)
                try output.staging.makeDirectory("blobs/sha256", mode: 0o755)
            } catch {
                throw .write(path, error)
            }
            func put(_ name: String, _ body: (borrowing Descriptor) throws(ImageError) -> Void) throws(ImageError) {
                let file: Descriptor
                do throws(SystemError) {
                    file = try output.staging.open(
                        FileName(name), [.writeOnly, .create, .truncate, .noFollow], mode: 0o644)
                } catch { throw .write("\(path)/\(name)", error) }
                try body(file)
            }
            func put(_ name: String, _ bytes: [UInt8]) throws(ImageError) {
                try put(name) { file throws(ImageError) in
                    do throws(SystemError) { try file.write(bytes) } catch { throw .write("\(path)/\(name)", error) }
                }
            }
            for document in layout.documents.documents {
                try put("blobs/sha256/\(document.descriptor.digest.hex)", document.bytes)
            }
            var written: Set<Digest> = []
            for layer in layout.layers where written.insert(layer.descriptor.digest).inserted {
                let name = "blobs/sha256/\(layer.descriptor.digest.hex)"
                try put(name) { file throws(ImageError) in
                    try layer.read { bytes throws(ImageError) in
                        do throws(SystemError) { try file.write(bytes) } catch {
                            throw .write("\(path)/\(name)", error)
                        }
                    }
                }
            }
            try put("oci-layout", ImageLayout.version.bytes())
            try put("index.json", layout.documents.list(keeping: existing).bytes())
        }
        // The list comes last, so that all it names is there.
        try output.publish(last: "index.json")
        return layout.description
    }

    /// What a layout that is there already lists. A directory with other things in it is none.
    private static func list(in output: OutputDirectory) throws(BuildError) -> [ContentDescriptor] {
        guard let bytes = try output.contents(of: "index.json") else {
            guard try output.names().isEmpty else {
                throw BuildError(
                    .invalid,
                    "cannot write an image layout to \(output.path): there are other things in it, choose a new or an "
                        + "empty directory")
            }
            return []
        }
        do throws(ImageFormatError) { return try ImageIndex(parsing: bytes).manifests } catch {
            throw BuildError(
                .invalid, "cannot add an image to the layout \(output.path): its index.json is damaged", cause: error)
        }
    }
}
