// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
public import OCI

/// Where the root file system of a new image comes from.
public enum ImportSource: Hashable, Sendable {
    /// A tar archive, plain, gzip or zstd; or a directory.
    case path(String)
    /// A tar archive, plain, gzip or zstd, that this program reads from its input.
    case standardInput

    /// As a command line has it: `-` is the input.
    public init(_ text: String) { self = text == "-" ? .standardInput : .path(text) }

    var name: String {
        switch self {
        case .path(let path): path
        case .standardInput: "standard input"
        }
    }

    /// The archive, or the directory.
    func open() throws(ImageError) -> Descriptor {
        try wrapping({ .read(name, $0) }) { () throws(SystemError) in
            switch self {
            case .standardInput: try Descriptor.standardInput()
            case .path(let path): try Descriptor.open(path, [.readOnly, .noControllingTerminal])
            }
        }
    }
}

extension ImageStore {
    /// Makes an image of one layer from a root file system, and names it `reference`.
    ///
    /// `changes` configure it, each in the syntax of a Dockerfile: `CMD ["sh"]`, `ENV A=1`. An image that had the name
    /// stays in the store without it. The archive is read once, and nothing of it is kept in memory; when this throws,
    /// nothing has changed and nothing is left over.
    @discardableResult
    public func importImage(
        from source: ImportSource, as reference: ImageReference, changes: [String] = [], message: String? = nil,
        platform: Platform = .current, created: FileTime
    ) throws(ImageError) -> Image {
        guard reference.digest == nil else {
            throw ImageError(
                .badReference, reference.familiar,
                "cannot name an image \(reference.familiar): the digest is what comes out, write NAME[:TAG]")
        }
        var execution = ImageConfiguration.Execution()
        for change in changes { try ImageChange(change).apply(to: &execution) }
        do throws(ImageError) {
            return try importLayer(
                try bytes(of: source), named: source.name, as: reference, execution, message: message,
                platform: platform, created: created)
        } catch {
            // A source that cannot be read is named already.
            if error.subject == source.name { throw error }
            throw ImageError(error.code, error.subject, "cannot import \(source.name)", cause: error)
        }
    }

    private func bytes(of source: ImportSource) throws(ImageError) -> any ByteSource {
        let file = try source.open()
        let isDirectory: Bool
        let own: FileStatus
        do throws(SystemError) {
            isDirectory = try file.status().isDirectory
            own = try directory.status()
        } catch {
            throw .read(source.name, error)
        }
        if isDirectory { return try DirectorySource(file, path: source.name, excluding: own) }
        return try DecompressedSource(FileSource(file, name: source.name))
    }

    private func importLayer(
        _ source: any ByteSource, named name: String, as reference: ImageReference,
        _ execution: ImageConfiguration.Execution, message: String?, platform: Platform, created: FileTime
    ) throws(ImageError) -> Image {
        let staging = try makeStaging()
        let copy = try wrapping({ [path = staging.path] in .write(path, $0) }) { () throws(SystemError) in
            try staging.directory.open("archive", [.writeOnly, .create, .exclusive], mode: 0o644)
        }
        let recorded = RecordedSource(source, copyTo: copy, named: "\(staging.path)/archive")
        let (diffID, contents) = try unpack(recorded, in: staging)

        let time = Timestamp.text(created)
        let configuration = ImageConfiguration(
            platform: platform, created: time, execution: execution, diffIDs: [diffID],
            history: [.init(created: time, comment: message ?? "imported from \(name)")])
        let configurationBytes = configuration.json.bytes()
        let id = Digest(sha256: SHA256.digest(of: configurationBytes))
        // The archive is stored as it was hashed, uncompressed: compressing is for sending it somewhere.
        let manifest = ImageManifest(
            configuration: ContentDescriptor(
                mediaType: .configuration, digest: id, size: Int64(configurationBytes.count)),
            layers: [ContentDescriptor(mediaType: .layer, digest: diffID, size: recorded.size)])
        let manifestBytes = manifest.json.bytes()
        let manifestDigest = Digest(sha256: SHA256.digest(of: manifestBytes))
        try staging.write(configurationBytes, to: "configuration")
        try staging.write(manifestBytes, to: "manifest")
        try synchronize()

        let descriptor = ContentDescriptor(
            mediaType: .manifest, digest: manifestDigest, size: Int64(manifestBytes.count),
            platform: configuration.platform)
        try publishing { () throws(ImageError) in
            var index = try readIndex()
            try publishBlobs(
                [("archive", diffID), ("configuration", id), ("manifest", manifestDigest)], from: staging)
            try publishLayers([("layer", diffID)], from: staging)
            index.name(descriptor, reference, under: lease)
            try writeIndex(index)
        }
        return Image(
            reference: reference, id: id, manifestDigest: manifestDigest, manifest: manifest,
            configuration: configuration,
            layers: [layer(diffID, manifest.layers[0], contents)])
    }
}
