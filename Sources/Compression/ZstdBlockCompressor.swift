// SPDX-License-Identifier: Apache-2.0
internal import CZstd

/// Compresses blocks to zstd (RFC 8878), a frame with a checksum each, by libzstd, in this thread.
@safe public final class ZstdBlockCompressor: BlockCompressor {
    /// The levels of zstd(1) that want no window larger than a reader takes unasked.
    public static let levels = 1...22
    /// What zstd(1) does where nothing is said.
    public static let usualLevel = 3

    private let context: OpaquePointer

    /// `level` is one of ``levels``.
    public init(level: Int = ZstdBlockCompressor.usualLevel) throws(CompressionError) {
        precondition(Self.levels.contains(level), "no level of zstd")
        guard let made = unsafe ZSTD_createCCtx() else { throw CompressionError(.noMemory, "zstd") }
        unsafe context = made
        unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        // The formats of images have windows of at most 8 MiB, which every reader of zstd takes (RFC 8878, 3.1.1.1.2).
        if level > 19 { unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 23) }
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    public func compress(_ block: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        var failure: Int?
        let most = ZSTD_compressBound(block.count)
        let result = unsafe block.withUnsafeBytes { source in
            unsafe [UInt8](unsafeUninitializedCapacity: most) { target, count in
                let made = unsafe ZSTD_compress2(
                    context, target.baseAddress, most, source.baseAddress, source.count)
                if ZSTD_isError(made) != 0 { failure = made } else { count = made }
            }
        }
        if let failure {
            throw CompressionError(.damaged, "zstd", unsafe String(cString: ZSTD_getErrorName(failure)).lowercased())
        }
        return result
    }
}
