// SPDX-License-Identifier: Apache-2.0
internal import CLzma

/// Decompresses xz, of one stream or several with padding between them, by liblzma; checksums are verified.
@safe public final class XzReader: Decompressor {
    /// What decompressing may take. `xz -9` needs 65 MiB; the format could ask for 4 GiB.
    private static let memoryLimit: UInt64 = 1 << 30

    /// LZMA_CONCATENATED, a macro that Swift does not import.
    private static let concatenated: UInt32 = 0x08

    private let stream: UnsafeMutablePointer<lzma_stream>
    private var hasEnded = false
    /// Whether liblzma may hold output that did not fit yet.
    private var holdsOutput = false

    public init() throws(CompressionError) {
        unsafe stream = .allocate(capacity: 1)
        // All zeros, as LZMA_STREAM_INIT has it.
        unsafe stream.initialize(to: lzma_stream())
        let result = unsafe lzma_stream_decoder(stream, Self.memoryLimit, Self.concatenated)
        guard result == LZMA_OK else { throw CompressionError(.noMemory, "xz") }
    }

    deinit {
        unsafe lzma_end(stream)
        unsafe stream.deallocate()
    }

    public func decompress(
        _ input: inout ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(CompressionError) -> Int {
        while !input.isEmpty || holdsOutput {
            let (result, used, made) = run(input, &output, LZMA_RUN)
            input = input.dropFirst(used)
            holdsOutput = made == output.count
            try Self.check(result)
            if made > 0 { return made }
        }
        return 0
    }

    public func finish() throws(CompressionError) {
        if hasEnded { return }
        var nothing: [UInt8] = [0]
        let (result, _, _) = run([], &nothing, LZMA_FINISH)
        guard result != LZMA_BUF_ERROR, result != LZMA_OK else { throw CompressionError(.truncated, "xz") }
        try Self.check(result)
        hasEnded = true
    }

    private static func check(_ result: lzma_ret) throws(CompressionError) {
        switch result {
        case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: break
        case LZMA_MEM_ERROR: throw CompressionError(.noMemory, "xz")
        case LZMA_MEMLIMIT_ERROR:
            throw CompressionError(.damaged, "xz", "it asks for more than \(memoryLimit >> 20) MiB of memory")
        case LZMA_OPTIONS_ERROR: throw CompressionError(.damaged, "xz", "a filter that is not known")
        case LZMA_FORMAT_ERROR: throw CompressionError(.damaged, "xz", "no header where one should be")
        default: throw CompressionError(.damaged, "xz", "a checksum or a block is wrong")
        }
    }

    private func run(
        _ input: ArraySlice<UInt8>, _ output: inout [UInt8], _ action: lzma_action
    ) -> (result: lzma_ret, used: Int, made: Int) {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe stream.pointee.next_in = source.baseAddress
                unsafe stream.pointee.avail_in = source.count
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = target.count
                let result = unsafe lzma_code(stream, action)
                return unsafe (
                    result, source.count - stream.pointee.avail_in, target.count - stream.pointee.avail_out
                )
            }
        }
    }
}
