// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import OCI

extension LayerCompression.Format {
    /// The levels there are; nil where nothing is compressed.
    var levels: ClosedRange<Int>? { format.levels }

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
