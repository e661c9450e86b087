// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

extension ImageExport {
    /// Writes a layout as one tar archive. With `forDocker` there are the lists that `docker load` reads as well, and
    /// the blobs are the same.
    func writeLayoutArchive(
        to place: OutputPlace, _ names: [ImageReference], _ options: ImageOptions, forDocker: Bool
    ) throws(BuildError) -> ImageDescription {
        let output = try OutputFile(place)
        let layout = try layout(names, options)
        try Self.write([layout], to: output, forDocker: forDocker)
        return layout.description
    }

    /// Writes several images, of which each layer and each document is there once.
    static func write(_ layouts: [ImageLayout], to output: OutputFile, forDocker: Bool) throws(BuildError) {
        try wrapping { () throws(ImageError) in
            func put(_ name: String, _ bytes: [UInt8]) throws(ImageError) {
                try output.write(PlainArchive.file(name, size: Int64(bytes.count)))
                try output.write(bytes + PlainArchive.padding(after: Int64(bytes.count)))
            }
            try put("oci-layout", ImageLayout.version.bytes())
            try put("index.json", list(of: layouts).bytes())
            if forDocker {
                try put("manifest.json", JSON.array(layouts.map(\.dockerManifest)).bytes())
                try put("repositories", dockerRepositories(of: layouts).bytes())
            }
            try output.write(PlainArchive.directory("blobs"))
            try output.write(PlainArchive.directory("blobs/sha256"))
            var written: Set<Digest> = []
            for document in layouts.flatMap(\.documents.documents)
            where written.insert(document.descriptor.digest).inserted {
                try put("blobs/sha256/\(document.descriptor.digest.hex)", document.bytes)
            }
            for layer in layouts.flatMap(\.layers) where written.insert(layer.descriptor.digest).inserted {
                let size = layer.descriptor.size
                try output.write(PlainArchive.file("blobs/sha256/\(layer.descriptor.digest.hex)", size: size))
                try layer.read { bytes throws(ImageError) in try output.write(bytes) }
                try output.write(PlainArchive.padding(after: size))
            }
            try output.write(PlainArchive.end)
        }
        try output.finish()
    }

    private static func list(of layouts: [ImageLayout]) -> JSON {
        var listed: [ContentDescriptor] = []
        for layout in layouts { listed = layout.documents.index(keeping: listed).manifests }
        return ImageIndex(manifests: listed).json
    }

    /// What older programs read: names and tags, and the topmost layer of each.
    private static func dockerRepositories(of layouts: [ImageLayout]) -> JSON {
        var result: JSON = [:]
        for layout in layouts {
            guard let top = layout.layers.last else { continue }
            for name in layout.names {
                var tags = result[name.familiarName] ?? [:]
                tags[name.tag ?? "latest"] = .string(top.descriptor.digest.hex)
                result[name.familiarName] = tags
            }
        }
        return result
    }
}

extension ImageLayout {
    private func place(_ digest: Digest) -> JSON { .string("blobs/sha256/\(digest.hex)") }

    /// What `docker load` reads of it: moby's image/tarexport.
    fileprivate var dockerManifest: JSON {
        [
            "Config": place(configuration), "RepoTags": JSON(names.map(\.familiar)),
            "Layers": .array(layers.map { place($0.descriptor.digest) }),
        ]
    }
}
