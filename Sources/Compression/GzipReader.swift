// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Decompresses gzip (RFC 1952), of one member or several, by zlib; checksums are verified.
@safe public final class GzipReader: Decompressor {
    // zlib keeps a pointer to the structure inside itself, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isAtBoundary = true
    private var sawMember = false

    public init() throws(CompressionError) {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, and 16 to say that a gzip header comes.
        let result = unsafe inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else { throw CompressionError(.noMemory, "gzip") }
    }

    deinit {
        unsafe inflateEnd(stream)
        unsafe stream.deallocate()
    }

    public func decompress(
        _ input: inout ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(CompressionError) -> Int {
        while true {
            if isAtBoundary {
                // Tapes and block devices pad with zeros after the last member; gzip(1) lets them pass too.
                if sawMember { input = input.drop { $0 == 0 } }
                guard !input.isEmpty else { return 0 }
                unsafe inflateReset(stream)
                isAtBoundary = false
            }
            guard !input.isEmpty else { return 0 }
            let (result, used, made) = run(input, &output)
            input = input.dropFirst(used)
            switch result {
            case Z_STREAM_END:
                isAtBoundary = true
                sawMember = true
            case Z_OK, Z_BUF_ERROR: break
            case Z_MEM_ERROR: throw CompressionError(.noMemory, "gzip")
            default:
                let words = unsafe stream.pointee.msg.map { unsafe String(cString: $0) }
                throw CompressionError(.damaged, "gzip", words ?? "error \(result)")
            }
            if made > 0 { return made }
        }
    }

    private func run(_ input: ArraySlice<UInt8>, _ output: inout [UInt8]) -> (result: Int32, used: Int, made: Int) {
        unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                let available = min(source.count, Int(UInt32.max))
                let room = min(target.count, Int(UInt32.max))
                unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
                unsafe stream.pointee.avail_in = UInt32(available)
                unsafe stream.pointee.next_out = target.baseAddress
                unsafe stream.pointee.avail_out = UInt32(room)
                let result = unsafe inflate(stream, Z_NO_FLUSH)
                return unsafe (
                    result, available - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out)
                )
            }
        }
    }

    public func finish() throws(CompressionError) {
        guard isAtBoundary, sawMember else { throw CompressionError(.truncated, "gzip") }
    }
}
