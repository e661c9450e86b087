// SPDX-License-Identifier: Apache-2.0
public import OCI

/// Where the result of a build goes, and in which form: one `--output`.
public enum OutputChoice: Hashable, Sendable {
    /// Into the store. Without names, it gets those of `--tag`.
    case image(names: [ImageReference], ImageOptions)
    /// The files, into a directory of this machine.
    case local(path: String, deletesOthers: Bool, TreeOptions)
    /// The files, as one tar archive.
    case tar(OutputPlace, TreeOptions)
    /// An OCI layout (image-spec, image-layout.md). Without names, it gets those of `--tag`.
    case oci(LayoutPlace, names: [ImageReference], ImageOptions)
    /// What `docker load` reads. Without names, it gets those of `--tag`.
    case docker(OutputPlace, names: [ImageReference], ImageOptions)
    /// Nothing but the cache.
    case none
}

/// Where one file goes.
public enum OutputPlace: Hashable, Sendable {
    case path(String)
    case standardOutput
}

/// Where a layout goes: as a directory, or as one tar archive of it.
public enum LayoutPlace: Hashable, Sendable {
    case directory(String)
    case archive(OutputPlace)
}

/// How an image is written.
public struct ImageOptions: Hashable, Sendable {
    /// nil leaves each layer as the store has it: those that were imported as they came, those that were built
    /// uncompressed.
    public var compression: LayerCompression?
    /// `rewrite-timestamp`: no file of a layer that was built is younger than `SOURCE_DATE_EPOCH`.
    public var rewritesTimes = false
    public var annotations: [ImageAnnotation] = []

    public init(
        compression: LayerCompression? = nil, rewritesTimes: Bool = false, annotations: [ImageAnnotation] = []
    ) {
        self.compression = compression
        self.rewritesTimes = rewritesTimes
        self.annotations = annotations
    }
}

/// How the layers of an image are compressed.
public struct LayerCompression: Hashable, Sendable {
    public enum Format: String, Hashable, Sendable, CaseIterable { case uncompressed, gzip, zstd }
    public var format: Format
    /// nil for the format's usual one: 6 of gzip, 3 of zstd.
    public var level: Int?
    /// Whether layers that came with an archive of another format are written anew as well.
    public var isForced: Bool

    public init(_ format: Format, level: Int? = nil, isForced: Bool = false) {
        self.format = format
        self.level = level
        self.isForced = isForced
    }
}

/// `annotation.KEY=VALUE`, or with `annotation-index` and the like in front: a note on a document of the image.
public struct ImageAnnotation: Hashable, Sendable {
    /// Which document has it.
    public enum Place: String, Hashable, Sendable, CaseIterable {
        case manifest, index
        /// What the index says of the manifest.
        case manifestDescriptor = "manifest-descriptor"
        /// What the layout's own list says of the image.
        case indexDescriptor = "index-descriptor"
    }
    public var place: Place
    public var key: String
    public var value: String

    public init(_ place: Place = .manifest, key: String, value: String) {
        self.place = place
        self.key = key
        self.value = value
    }
}

/// How the files of an image are written.
public struct TreeOptions: Hashable, Sendable {
    /// `platform-split`: below a directory that is named for the machine, as in `linux_amd64`.
    public var splitsPlatforms = false
    /// `attestation-prefix`: in front of `provenance.json` and `sbom.spdx.json`.
    public var attestationPrefix = ""

    public init(splitsPlatforms: Bool = false, attestationPrefix: String = "") {
        self.splitsPlatforms = splitsPlatforms
        self.attestationPrefix = attestationPrefix
    }
}
