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

/// How much of documents is held at a time: a real image has some kilobytes.
private struct DocumentLimit {
    private var left = 64 << 20

    mutating func take(_ bytes: Int) throws(ImageError) {
        left -= bytes
        guard left >= 0 else { throw .archive("the configurations in it are larger than 64 MiB together") }
    }
}

extension LayoutReader {
    /// All images that the list of the layout names, each for the machine that the reader is for or, where it says so, for
    /// the one that it is for. Where `platform` is asked for, what says that it is for another is not looked at.
    borrowing func images(only platform: Platform? = nil) throws(ImageError) -> [ArchivedImage] {
        var result: [(digest: Digest, image: ArchivedImage)] = []
        var limit = DocumentLimit()
        let listed = try listed()
        let fit = listed.filter { descriptor in
            guard let platform, let own = descriptor.platform else { return true }
            return platform.isFit(own)
        }
        // Nothing that fits: what is there is named in the error.
        for descriptor in fit.isEmpty ? listed : fit {
            let (digest, manifest) = try manifest(descriptor)
            let names = descriptor.layoutNames
            if let place = result.firstIndex(where: { $0.digest == digest }) {
                result[place].image.names += names
            } else {
                let image = try image(digest, manifest, names)
                try limit.take(image.configurationBytes.count + (image.manifest?.count ?? 0))
                result.append((digest, image))
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
        // A list may name one file as often as it likes.
        var places: [String: Int] = [:]
        var limit = DocumentLimit()
        for member in list {
            guard let place = member["Config"]?.string, let layers = member["Layers"]?.strings else {
                throw failure("its manifest.json names a configuration or layers that are not there")
            }
            let names = try Self.names(member["RepoTags"]?.strings ?? [])
            if let known = places[place], result[known].layers.map(\.file) == layers {
                result[known].names += names
                continue
            }
            guard let bytes = try contents(of: place) else {
                throw failure("its manifest.json names a configuration or layers that are not there")
            }
            try limit.take(bytes.count)
            places[place] = result.count
            result.append(
                ArchivedImage(
                    names: names, manifest: nil, configurationBytes: bytes,
                    configuration: try configuration(parsing: bytes, layers: layers.count),
                    layers: layers.map { .init(file: $0, blob: nil) }))
        }
        return result
    }

    private static func names(_ texts: [String]) throws(ImageError) -> [ImageReference] {
        var names: [ImageReference] = []
        for text in texts {
            let name: ImageReference
            do { name = try ImageReference(text) } catch {
                throw ImageError(.badReference, text, "its manifest.json has a name that is none", cause: error)
            }
            // A digest is what comes out: nothing could be found by such a name.
            guard name.digest == nil else {
                throw ImageError(.badReference, text, "its manifest.json names an image \(text), by a digest")
            }
            names.append(name)
        }
        return names
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
        let whole = annotations["io.containerd.image.name"]
        let name = annotations[ImageStore.nameKey].flatMap { $0.contains(":") || $0.contains("/") ? $0 : nil }
        for text in [whole, name] {
            if let text, let found = try? ImageReference(text), found.digest == nil { return [found] }
        }
        return []
    }
}
