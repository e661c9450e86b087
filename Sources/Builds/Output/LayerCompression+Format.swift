// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Images
internal import OCI

extension LayerCompression.Format {
    /// The levels there are; nil where nothing is compressed.
    public var levels: ClosedRange<Int>? { format.levels }

    var format: CompressionFormat {
        switch self {
        case .uncompressed: .none
        case .gzip: .gzip
        case .zstd: .zstd
        }
    }

    /// What a layer of this format is called.
    var mediaType: MediaType {
        switch self {
        case .uncompressed: .layer
        case .gzip: .gzipLayer
        case .zstd: .zstdLayer
        }
    }
}

extension LayerCompression {
    /// What writes it; nil where nothing is to be compressed.
    public func compressor() throws(BuildError) -> ParallelCompressor? {
        guard format != .uncompressed else { return nil }
        do throws(ImageError) { return try ParallelCompressor(format.format, level: level) } catch {
            throw BuildError(error)
        }
    }
}
