// SPDX-License-Identifier: Apache-2.0

/// Compresses blocks, each by itself, to what is whole: a member of gzip, a frame of zstd. One after the other they are a
/// file of the format (RFC 1952 section 2.2, RFC 8878 section 3), and several may be made at the same time.
///
/// The result depends on the bytes, the level and the library's version, and on nothing else: not on the time, and no
/// name is in it.
public protocol BlockCompressor: AnyObject {
    /// The compressed form of `block`, which may be empty.
    func compress(_ block: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8]
}

extension CompressionFormat {
    /// The levels that the format knows, weakest first; nil for a format that is not written here.
    public var levels: ClosedRange<Int>? {
        switch self {
        case .gzip: GzipBlockCompressor.levels
        case .zstd: ZstdBlockCompressor.levels
        case .none, .xz, .bzip2: nil
        }
    }

    /// What writes this format at `level`, the usual one where it is nil; nil for ``none``.
    ///
    /// Throws where the format is not written here.
    public func blockCompressor(level: Int? = nil) throws(CompressionError) -> (any BlockCompressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipBlockCompressor(level: level ?? GzipBlockCompressor.usualLevel)
        case .zstd: try ZstdBlockCompressor(level: level ?? ZstdBlockCompressor.usualLevel)
        case .xz: throw CompressionError(.unsupported, "xz", "write gzip or zstd")
        case .bzip2: throw CompressionError(.unsupported, "bzip2", "write gzip or zstd")
        }
    }
}
