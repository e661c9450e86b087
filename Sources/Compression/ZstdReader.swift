// SPDX-License-Identifier: Apache-2.0
internal import CZstd

/// Decompresses zstd (RFC 8878), of one frame or several, by libzstd; checksums are verified where there are any.
@safe public final class ZstdReader: Decompressor {
    private let context: OpaquePointer
    private var isAtBoundary = true
    private var sawFrame = false
    /// Whether libzstd may hold output that did not fit yet.
    private var holdsOutput = false

    public init() throws(CompressionError) {
        guard let made = unsafe ZSTD_createDCtx() else { throw CompressionError(.noMemory, "zstd") }
        unsafe context = made
    }

    deinit { unsafe _ = ZSTD_freeDCtx(context) }

    public func decompress(
        _ input: inout ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(CompressionError) -> Int {
        while !input.isEmpty || holdsOutput {
            let (result, used, made) = run(input, &output)
            input = input.dropFirst(used)
            if ZSTD_isError(result) != 0 {
                throw CompressionError(.damaged, "zstd", unsafe String(cString: ZSTD_getErrorName(result)).lowercased())
            }
            isAtBoundary = result == 0
            sawFrame = sawFrame || isAtBoundary
            holdsOutput = !isAtBoundary && made == output.count
            if made > 0 { return made }
        }
        return 0
    }

    private func run(_ input: ArraySlice<UInt8>, _ output: inout [UInt8]) -> (result: Int, used: Int, made: Int) {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var to = unsafe ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: 0)
                let result = unsafe ZSTD_decompressStream(context, &to, &from)
                return unsafe (result, from.pos, to.pos)
            }
        }
    }

    public func finish() throws(CompressionError) {
        guard isAtBoundary, sawFrame else { throw CompressionError(.truncated, "zstd") }
    }
}
