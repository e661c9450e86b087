// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// A layer as it goes out: what its bytes are, and where they come from.
struct LayerBlob {
    let descriptor: ContentDescriptor
    private let layer: Image.Layer
    private let store: ImageStore
    /// What was compressed for this output alone.
    private let compressed: CompressedArchive?

    /// The layer, compressed as `wanted` says: here is where that takes its time.
    init(_ layer: Image.Layer, of store: ImageStore, _ wanted: LayerCompression?) throws(ImageError) {
        self.layer = layer
        self.store = store
        let present = LayerCompression.Format(of: layer.blob.mediaType)
        guard let wanted, wanted.changes(present) else {
            descriptor = layer.blob
            compressed = nil
            return
        }
        guard wanted.format != .uncompressed else {
            var size: Int64 = 0
            try store.readUncompressedArchive(of: layer) { bytes throws(ImageError) in size += Int64(bytes.count) }
            descriptor = ContentDescriptor(mediaType: .layer, digest: layer.diffID, size: size)
            compressed = nil
            return
        }
        let made = try store.compressArchive(of: layer, as: wanted.format.format, level: wanted.level)
        descriptor = made.descriptor
        compressed = made
    }

    /// Gives the bytes to `sink`.
    func read(to sink: ImageStore.ByteSink) throws(ImageError) {
        if let compressed { return try compressed.read(to: sink) }
        if descriptor.digest == layer.diffID { return try store.readUncompressedArchive(of: layer, to: sink) }
        try store.readArchive(of: layer, to: sink)
    }
}

extension LayerCompression {
    /// Whether a layer that is `present` has to be written anew. One without compression always gets it; one that has
    /// another keeps it, unless this is forced.
    fileprivate func changes(_ present: Format) -> Bool {
        if present == .uncompressed { return format != .uncompressed }
        return isForced && (present != format || level != nil)
    }
}

extension LayerCompression.Format {
    /// What a media type says: the specification's, and docker's, which writes a dot for the plus.
    fileprivate init(of type: MediaType) {
        self = type.rawValue.hasSuffix("gzip") ? .gzip : type.rawValue.hasSuffix("zstd") ? .zstd : .uncompressed
    }
}
