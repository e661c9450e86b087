// SPDX-License-Identifier: Apache-2.0
internal import CBzip2

/// Decompresses bzip2, of one stream or several as pbzip2(1) writes them, by libbz2; checksums are verified.
@safe public final class Bzip2Reader: Decompressor {
    // libbz2 compares the structure's address with the one it was started with, so it must not move.
    private let stream: UnsafeMutablePointer<bz_stream>
    private var isOpen = false
    private var sawStream = false
    /// Whether libbz2 may hold output that did not fit yet.
    private var holdsOutput = false

    public init() throws(CompressionError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: bz_stream())
        try open()
    }

    deinit {
        close()
        unsafe stream.deallocate()
    }

    private func open() throws(CompressionError) {
        // No messages, and the fast algorithm: 3.7 MB for blocks of 900 kB, which is the most that there is.
        let result = unsafe BZ2_bzDecompressInit(stream, 0, 0)
        guard result == BZ_OK else { throw CompressionError(.noMemory, "bzip2") }
        isOpen = true
    }

    private func close() {
        if isOpen { unsafe _ = BZ2_bzDecompressEnd(stream) }
        isOpen = false
    }

    public func decompress(
        _ input: inout ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(CompressionError) -> Int {
        while true {
            guard !input.isEmpty || holdsOutput else { return 0 }
            if !isOpen { try open() }
            let (result, used, made) = run(input, &output)
            input = input.dropFirst(used)
            holdsOutput = made == output.count
            switch result {
            case BZ_STREAM_END:
                close()
                holdsOutput = false
                sawStream = true
            case BZ_OK: break
            case BZ_MEM_ERROR: throw CompressionError(.noMemory, "bzip2")
            case BZ_DATA_ERROR: throw CompressionError(.damaged, "bzip2", "a checksum or a block is wrong")
            case BZ_DATA_ERROR_MAGIC: throw CompressionError(.damaged, "bzip2", "no header where one should be")
            default: throw CompressionError(.damaged, "bzip2", "error \(result)")
            }
            if made > 0 { return made }
        }
    }

    private func run(_ input: ArraySlice<UInt8>, _ output: inout [UInt8]) -> (result: Int32, used: Int, made: Int) {
        unsafe input.withUnsafeBytes { source in
            unsafe output.withUnsafeMutableBytes { target in
                let available = min(source.count, Int(UInt32.max))
                let room = min(target.count, Int(UInt32.max))
                // The library's field is not const, but it only reads.
                unsafe stream.pointee.next_in =
                    UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: CChar.self))
                unsafe stream.pointee.avail_in = UInt32(available)
                unsafe stream.pointee.next_out = target.baseAddress?.assumingMemoryBound(to: CChar.self)
                unsafe stream.pointee.avail_out = UInt32(room)
                let result = unsafe BZ2_bzDecompress(stream)
                return unsafe (
                    result, available - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out)
                )
            }
        }
    }

    public func finish() throws(CompressionError) {
        guard !isOpen, sawStream else { throw CompressionError(.truncated, "bzip2") }
    }
}
