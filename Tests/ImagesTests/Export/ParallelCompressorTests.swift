// SPDX-License-Identifier: Apache-2.0
import Compression
import Testing

@testable import Images

/// Compression in blocks. A test process has several threads, so all of it is done by itself here; that the processes
/// beside it write the same bytes is tested with the commands.
@Suite struct ParallelCompressorTests {
    /// Two blocks and a half that compress.
    private static let bytes: [UInt8] = {
        var state: UInt32 = 7
        return (0..<(5 * ParallelCompressor.block / 2)).map { place in
            state = state &* 1_664_525 &+ 1_013_904_223
            return place % 3 == 0 ? UInt8(truncatingIfNeeded: state >> 24) : 65
        }
    }()

    private func compressed(
        _ bytes: ArraySlice<UInt8>, _ format: CompressionFormat, level: Int? = nil, piece: Int = .max
    ) throws -> [UInt8] {
        let compressor = try ParallelCompressor(format, level: level, workers: 4)
        var result: [UInt8] = []
        var rest = bytes
        while !rest.isEmpty {
            try compressor.write(rest.prefix(piece)) { result += $0 }
            rest = rest.dropFirst(piece)
        }
        try compressor.finish { result += $0 }
        return result
    }

    private func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
        let reader = try #require(try CompressionFormat(startOf: bytes[...]).decompressor())
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: 1 << 16)
        var rest = bytes[...]
        while case let count = try reader.decompress(&rest, into: &output), count > 0 { result += output.prefix(count) }
        try reader.finish()
        return result
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd])
    func `what is written is read again, however it came`(_ format: CompressionFormat) throws {
        let whole = try compressed(Self.bytes[...], format)
        #expect(whole.count < Self.bytes.count)
        #expect(try decompressed(whole) == Self.bytes)
        #expect(try compressed(Self.bytes[...], format, piece: 77_777) == whole)
        #expect(try compressed(Self.bytes[...], format, piece: ParallelCompressor.block) == whole)
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd], [0, 1, ParallelCompressor.block, 2 * ParallelCompressor.block])
    func `whole blocks and none are files too`(_ format: CompressionFormat, _ count: Int) throws {
        let written = try compressed(Self.bytes.prefix(count), format)
        #expect(CompressionFormat(startOf: written[...]) == format)
        #expect(try decompressed(written) == Array(Self.bytes.prefix(count)))
    }

    @Test func `a level is used`() throws {
        let part = Self.bytes.prefix(ParallelCompressor.block)
        #expect(try compressed(part, .gzip, level: 9).count < compressed(part, .gzip, level: 1).count)
        #expect(try compressed(part, .gzip, level: 0).count > part.count)
    }

    @Test(arguments: [CompressionFormat.none, .xz]) func `what is not written is refused`(_ format: CompressionFormat) {
        let error = #expect(throws: ImageError.self) { try ParallelCompressor(format) }
        #expect(error?.code == .cannotWrite)
    }

    @Test func `what takes the bytes may fail`() throws {
        let compressor = try ParallelCompressor(.gzip)
        #expect(throws: ImageError.self) {
            try compressor.write(Self.bytes[...]) { _ throws(ImageError) in throw .archive("no") }
        }
    }
}
