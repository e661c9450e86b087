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
        try wrapping { () throws(ImageError) in
            func put(_ name: String, _ bytes: [UInt8]) throws(ImageError) {
                try output.write(PlainArchive.file(name, size: Int64(bytes.count)))
                try output.write(bytes + PlainArchive.padding(after: Int64(bytes.count)))
            }
            try put("oci-layout", ImageLayout.version.bytes())
            try put("index.json", layout.documents.list().bytes())
            if forDocker {
                try put("manifest.json", layout.dockerManifest.bytes())
                try put("repositories", layout.dockerRepositories.bytes())
            }
            try output.write(PlainArchive.directory("blobs"))
            try output.write(PlainArchive.directory("blobs/sha256"))
            var written: Set<Digest> = []
            for document in layout.documents.documents where written.insert(document.descriptor.digest).inserted {
                try put("blobs/sha256/\(document.descriptor.digest.hex)", document.bytes)
            }
            for layer in layout.layers where written.insert(layer.descriptor.digest).inserted {
                let size = layer.descriptor.size
                try output.write(PlainArchive.file("blobs/sha256/\(layer.descriptor.digest.hex)", size: size))
                try layer.read { bytes throws(ImageError) in try output.write(bytes) }
                try output.write(PlainArchive.padding(after: size))
            }
            try output.write(PlainArchive.end)
        }
        try output.finish()
        return layout.description
    }
}

extension ImageLayout {
    private func place(_ digest: Digest) -> JSON { .string("blobs/sha256/\(digest.hex)") }

    /// What `docker load` reads: moby's image/tarexport.
    fileprivate var dockerManifest: JSON {
        [
            [
                "Config": place(configuration), "RepoTags": JSON(names.map(\.familiar)),
                "Layers": .array(layers.map { place($0.descriptor.digest) }),
            ]
        ]
    }

    /// What older programs read: names and tags, and the topmost layer of each.
    fileprivate var dockerRepositories: JSON {
        var result: JSON = [:]
        guard let top = layers.last else { return result }
        for name in names {
            var tags = result[name.familiarName] ?? [:]
            tags[name.tag ?? "latest"] = .string(top.descriptor.digest.hex)
            result[name.familiarName] = tags
        }
        return result
    }
}
