// SPDX-License-Identifier: Apache-2.0

/// Takes bytes in pieces and gives them compressed.
///
/// The result depends on the bytes, the level and the library's version, and on nothing else: not on the pieces, not on
/// the time, and no name is in it.
public protocol Compressor: AnyObject {
    /// Takes in `input`, and returns what is ready of its compressed form; often nothing.
    func compress(_ input: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8]

    /// Says that no more bytes come, and returns the rest. Nothing may follow.
    func finish() throws(CompressionError) -> [UInt8]
}

extension CompressionFormat {
    /// The levels that the format knows, weakest first; nil for a format that is not written here.
    public var levels: ClosedRange<Int>? {
        switch self {
        case .gzip: GzipWriter.levels
        case .zstd: ZstdWriter.levels
        case .none, .xz, .bzip2: nil
        }
    }

    /// What writes this format at `level`, the library's own choice where it is nil; nil for ``none``.
    ///
    /// Throws where the format is not written here.
    public func compressor(level: Int? = nil) throws(CompressionError) -> (any Compressor)? {
        switch self {
        case .none: nil
        case .gzip: try GzipWriter(level: level ?? GzipWriter.usualLevel)
        case .zstd: try ZstdWriter(level: level ?? ZstdWriter.usualLevel)
        case .xz: throw CompressionError(.unsupported, "xz", "write gzip or zstd")
        case .bzip2: throw CompressionError(.unsupported, "bzip2", "write gzip or zstd")
        }
    }
}
