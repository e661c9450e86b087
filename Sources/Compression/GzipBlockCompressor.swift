// SPDX-License-Identifier: Apache-2.0
internal import CDeflate

/// Compresses blocks to gzip (RFC 1952), a member each, by libdeflate. The header has neither a time nor a name.
@safe public final class GzipBlockCompressor: BlockCompressor {
    /// From stored to strong. libdeflate has three levels more, which take ten times as long for a hundredth.
    public static let levels = 0...9
    /// What gzip(1) does where nothing is said.
    public static let usualLevel = 6

    private let compressor: OpaquePointer

    /// `level` is one of ``levels``.
    public init(level: Int = GzipBlockCompressor.usualLevel) throws(CompressionError) {
        precondition(Self.levels.contains(level), "no level of gzip")
        guard let made = unsafe libdeflate_alloc_compressor(Int32(level)) else {
            throw CompressionError(.noMemory, "gzip")
        }
        unsafe compressor = made
    }

    deinit { unsafe libdeflate_free_compressor(compressor) }

    public func compress(_ block: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        let most = unsafe libdeflate_gzip_compress_bound(compressor, block.count)
        let result = unsafe block.withUnsafeBytes { source in
            unsafe [UInt8](unsafeUninitializedCapacity: most) { target, count in
                count = unsafe libdeflate_gzip_compress(
                    compressor, source.baseAddress, source.count, target.baseAddress, most)
            }
        }
        // There is room for every block, so nothing comes of none.
        guard !result.isEmpty else { throw CompressionError(.damaged, "gzip", "a block did not fit") }
        return result
    }
}
