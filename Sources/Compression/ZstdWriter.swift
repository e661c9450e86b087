// SPDX-License-Identifier: Apache-2.0
internal import CZstd

/// Compresses to zstd (RFC 8878), one frame with a checksum, by libzstd, in this thread.
@safe public final class ZstdWriter: Compressor {
    /// The levels of zstd(1) that want no window larger than a reader takes unasked.
    public static let levels = 1...22
    /// What zstd(1) does where nothing is said.
    public static let usualLevel = 3

    private let context: OpaquePointer

    /// `level` is one of ``levels``.
    public init(level: Int = ZstdWriter.usualLevel) throws(CompressionError) {
        precondition(Self.levels.contains(level), "no level of zstd")
        guard let made = unsafe ZSTD_createCCtx() else { throw CompressionError(.noMemory, "zstd") }
        unsafe context = made
        unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        // The formats of images have windows of at most 8 MiB, which every reader of zstd takes (RFC 8878, 3.1.1.1.2).
        if level > 19 { unsafe _ = ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 23) }
    }

    deinit { unsafe _ = ZSTD_freeCCtx(context) }

    public func compress(_ input: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        try run(input, ZSTD_e_continue)
    }

    public func finish() throws(CompressionError) -> [UInt8] { try run([], ZSTD_e_end) }

    private func run(_ input: ArraySlice<UInt8>, _ directive: ZSTD_EndDirective) throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        let failure: Int? = unsafe input.withUnsafeBufferPointer { source in
            var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
            while true {
                let (left, made) = unsafe buffer.withUnsafeMutableBufferPointer { target in
                    var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                    let left = unsafe ZSTD_compressStream2(context, &to, &from, directive)
                    return unsafe (left, to.pos)
                }
                if ZSTD_isError(left) != 0 { return left }
                result += buffer[..<made]
                // At the end `left` counts what is still inside; before, only the input counts.
                if unsafe directive == ZSTD_e_end ? left == 0 : from.pos == from.size { return nil }
            }
        }
        if let failure {
            throw CompressionError(
                .damaged, "zstd", unsafe String(cString: ZSTD_getErrorName(failure)).lowercased())
        }
        return result
    }
}
