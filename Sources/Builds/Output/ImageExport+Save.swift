// SPDX-License-Identifier: Apache-2.0
public import Images
public import OCI

/// In what form `save` writes images.
public enum SaveFormat: String, Hashable, Sendable, CaseIterable {
    /// What `docker load` reads; it is a layout too, in which each blob is there once.
    case docker = "docker-archive"
    /// A layout as one tar archive: image-spec, image-layout.md.
    case oci = "oci-archive"
    /// A layout as a directory.
    case directory = "oci-dir"
}

extension ImageExport {
    /// Writes images of the store, each with its names, and images for several machines, which only layouts have.
    ///
    /// - Parameter options: how layers are compressed; those that have a compression keep it where it is not forced.
    public static func save(
        _ images: [ImageExport], lists: [ListExport] = [], as format: SaveFormat, to place: OutputPlace,
        _ options: ImageOptions
    ) throws(BuildError) {
        switch (format, place) {
        case (.directory, .path(let path)):
            for image in images { _ = try image.writeLayout(to: path, image.names, options, hasWholeNames: true) }
            for list in lists { _ = try write(to: path) { () throws(BuildError) in try list.layout(options) } }
        case (.directory, .standardOutput):
            throw BuildError(.invalid, "a directory cannot be written to the output: write --output DIR")
        case (.docker, _), (.oci, _):
            if format == .docker, let list = lists.first {
                throw BuildError(
                    .invalid,
                    "an archive for docker has no image for several machines, as \(list.list.name.familiar) is: write "
                        + "--format oci-archive, or --platform OS/ARCH and its name")
            }
            let output = try OutputFile(place)
            var layouts: [ImageLayout] = []
            for image in images { layouts.append(try image.layout(image.names, options, hasWholeNames: true)) }
            for list in lists { layouts.append(try list.layout(options)) }
            try write(layouts, to: output, forDocker: format == .docker)
        }
    }
}

extension ImageStore {
    /// The images that `texts` name, each once, with those of their names that were meant: all tags of a name that is
    /// written without one, as docker has it, and no name for an id. With `platform`, only those for that machine, of which
    /// each text has to name one.
    public func imagesToSave(
        _ texts: [String], for platform: Platform? = nil
    ) throws(BuildError) -> [ImageExport] {
        var result: [ImageExport] = []
        func add(_ image: Image, _ names: [ImageReference]) {
            guard let place = result.firstIndex(where: { $0.image.manifestDigest == image.manifestDigest }) else {
                return result.append(ImageExport(store: self, image: image, names: names))
            }
            result[place].names += names.filter { !result[place].names.contains($0) }
        }
        for text in texts {
            let found = try ImageExport.wrapping { () throws(ImageError) in try images(named: text) }
            let fit = found.filter { platform?.isFit($0.image.configuration.platform) ?? true }
            if let platform, fit.isEmpty, let first = found.first {
                throw BuildError(
                    .invalid,
                    "cannot save \(text): it is for \(first.image.configuration.platform), and not for \(platform)")
            }
            for (image, names) in fit { add(image, names) }
        }
        return result
    }

    private func images(
        named text: String
    ) throws(ImageError) -> [(image: Image, names: [ImageReference])] {
        let reference = try? ImageReference(text)
        if let reference, reference.tag == nil, reference.digest == nil {
            let tagged = try list().compactMap(\.reference).filter { $0.familiarName == reference.familiarName }
            if !tagged.isEmpty {
                var result: [(image: Image, names: [ImageReference])] = []
                for name in tagged { result.append((try resolve(name), [name])) }
                return result
            }
        }
        let image = try resolve(text)
        return [(image, image.reference.map { [$0] } ?? [])]
    }
}
