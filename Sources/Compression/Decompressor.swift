// SPDX-License-Identifier: Apache-2.0

/// Takes compressed bytes in pieces and gives the bytes they stand for.
public protocol Decompressor: AnyObject {
    /// Fills `output` from its start with what the front of `input` stands for, and takes that front off `input`.
    ///
    /// Returns how many bytes were written; 0 where `input` was used up and gave nothing yet. However small the input,
    /// no more than `output` holds is made of it, so a bomb costs time and no memory.
    func decompress(_ input: inout ArraySlice<UInt8>, into output: inout [UInt8]) throws(CompressionError) -> Int

    /// Says that no more bytes come: throws where the compressed data is not complete.
    func finish() throws(CompressionError)
}

extension CompressionFormat {
    /// What reads this format; nil for bytes that are not compressed. Throws where there is no memory for it.
    public func decompressor() throws(CompressionError) -> (any Decompressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipReader()
        case .zstd: try ZstdReader()
        case .xz: try XzReader()
        case .bzip2: try Bzip2Reader()
        }
    }
}
