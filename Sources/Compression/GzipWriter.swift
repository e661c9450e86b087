// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Compresses to gzip (RFC 1952), one member, by zlib. The header has neither a time nor a name.
@safe public final class GzipWriter: Compressor {
    /// From stored to the best that zlib can.
    public static let levels = 0...9
    /// What gzip(1) does where nothing is said.
    public static let usualLevel = 6

    // zlib keeps a pointer to the structure inside itself, so it must not move.
    private let stream: UnsafeMutablePointer<z_stream>

    /// `level` is one of ``levels``.
    public init(level: Int = GzipWriter.usualLevel) throws(CompressionError) {
        precondition(Self.levels.contains(level), "no level of gzip")
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
        // 15 bits of window, and 16 to say that a gzip header is wanted; 8 is zlib's usual share of memory.
        let result = unsafe deflateInit2_(
            stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard result == Z_OK else {
            unsafe stream.deallocate()
            throw CompressionError(.noMemory, "gzip")
        }
    }

    deinit {
        unsafe deflateEnd(stream)
        unsafe stream.deallocate()
    }

    public func compress(_ input: ArraySlice<UInt8>) throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = input
        while !rest.isEmpty {
            let piece = rest.prefix(Int(Int32.max))
            rest = rest.dropFirst(piece.count)
            try run(piece, Z_NO_FLUSH, into: &result)
        }
        return result
    }

    public func finish() throws(CompressionError) -> [UInt8] {
        var result: [UInt8] = []
        try run([], Z_FINISH, into: &result)
        return result
    }

    /// Hands `input` to zlib, and appends what it gives, until it has taken all and has no more.
    private func run(_ input: ArraySlice<UInt8>, _ flush: Int32, into result: inout [UInt8]) throws(CompressionError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let code = unsafe input.withUnsafeBufferPointer { source in
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(source.count)
            var code = Z_OK
            repeat {
                let made = unsafe buffer.withUnsafeMutableBufferPointer { target in
                    unsafe stream.pointee.next_out = target.baseAddress
                    unsafe stream.pointee.avail_out = UInt32(target.count)
                    code = unsafe deflate(stream, flush)
                    return unsafe target.count - Int(stream.pointee.avail_out)
                }
                result += buffer[..<made]
            } while unsafe code == Z_OK && stream.pointee.avail_out == 0
            return code
        }
        // Z_BUF_ERROR only says that there was nothing to do.
        guard code == Z_OK || code == Z_BUF_ERROR || code == Z_STREAM_END else {
            throw CompressionError(code == Z_MEM_ERROR ? .noMemory : .damaged, "gzip", "error \(code)")
        }
    }
}
