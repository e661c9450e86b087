// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// An image as it stands in an archive or in a layout: its documents, proven, and which files are its layers.
struct ArchivedImage {
    /// A file that is a layer, and what is known of it before it is read.
    struct Layer {
        /// The path in the archive.
        var file: String
        /// nil where only docker's list names it.
        var blob: ContentDescriptor?
    }

    var names: [ImageReference]
    /// nil where there is none yet: docker's archives have none.
    var manifest: [UInt8]?
    var configurationBytes: [UInt8]
    var configuration: ImageConfiguration
    /// Lowest first, one for each digest that the configuration has.
    var layers: [Layer]

    /// The manifest's bytes: those that were found, or those that the layers make, once they were read.
    func manifestBytes(layers: [ContentDescriptor]) -> [UInt8] {
        if let manifest { return manifest }
        let descriptor = ContentDescriptor(
            mediaType: .configuration, digest: Digest(of: configurationBytes), size: Int64(configurationBytes.count))
        return ImageManifest(configuration: descriptor, layers: layers).json.bytes()
    }
}

extension LayoutReader {
    /// All images that the list of the layout names, each for this machine or for the one that it is for.
    borrowing func images() throws(ImageError) -> [ArchivedImage] {
        var result: [(digest: Digest, image: ArchivedImage)] = []
        for descriptor in try listed() {
            let (digest, manifest) = try manifest(descriptor)
            let names = descriptor.layoutNames
            if let place = result.firstIndex(where: { $0.digest == digest }) {
                result[place].image.names += names
            } else {
                result.append((digest, try image(digest, manifest, names)))
            }
        }
        return result.map(\.image)
    }

    private borrowing func image(
        _ digest: Digest, _ found: ImageManifest, _ names: [ImageReference]
    ) throws(ImageError) -> ArchivedImage {
        var manifest = found
        let bytes = try document(manifest.configuration)
        manifest.configuration = ContentDescriptor(
            mediaType: .configuration, digest: manifest.configuration.digest, size: Int64(bytes.count))
        let written = try document(ContentDescriptor(mediaType: .manifest, digest: digest, size: 0))
        // Docker's own kinds are not in a store of the specification's.
        let isPlain = (try? ImageManifest(parsing: written)) == manifest && !manifest.isDockers(written)
        let configuration = try configuration(parsing: bytes, layers: manifest.layers.count)
        return ArchivedImage(
            names: names, manifest: isPlain ? written : manifest.json.bytes(), configurationBytes: bytes,
            configuration: configuration,
            layers: manifest.layers.map { .init(file: BlobDirectory.name($0.digest), blob: $0) })
    }

    /// All images that docker's list names: moby's image/tarexport.
    borrowing func dockerImages() throws(ImageError) -> [ArchivedImage] {
        guard let bytes = try contents(of: "manifest.json"), let list = (try? JSON(parsing: bytes))?.array else {
            throw failure("there is neither an index.json nor a manifest.json in it that lists images")
        }
        var result: [ArchivedImage] = []
        for member in list {
            guard let place = member["Config"]?.string, let layers = member["Layers"]?.strings,
                let configuration = try contents(of: place)
            else { throw failure("its manifest.json names a configuration or layers that are not there") }
            var names: [ImageReference] = []
            for name in member["RepoTags"]?.strings ?? [] {
                do { names.append(try ImageReference(name)) } catch {
                    throw ImageError(.badReference, name, "its manifest.json has a name that is none", cause: error)
                }
            }
            result.append(
                ArchivedImage(
                    names: names, manifest: nil, configurationBytes: configuration,
                    configuration: try self.configuration(parsing: configuration, layers: layers.count),
                    layers: layers.map { .init(file: $0, blob: nil) }))
        }
        return result
    }
}

extension JSON {
    fileprivate var strings: [String]? {
        guard let array else { return nil }
        let texts = array.compactMap(\.string)
        return texts.count == array.count ? texts : nil
    }
}

extension ImageManifest {
    fileprivate func isDockers(_ bytes: [UInt8]) -> Bool {
        guard let type = (try? JSON(parsing: bytes))?["mediaType"]?.string else { return false }
        return type != MediaType.manifest.rawValue
    }
}

extension ContentDescriptor {
    /// The names that the list of a layout gives: containerd's whole one, or the specification's where it is more than a
    /// tag.
    fileprivate var layoutNames: [ImageReference] {
        if let name = annotations["io.containerd.image.name"], let whole = try? ImageReference(name) { return [whole] }
        guard let name = annotations[ImageStore.nameKey], name.contains(":") || name.contains("/"),
            let whole = try? ImageReference(name)
        else { return [] }
        return [whole]
    }
}
