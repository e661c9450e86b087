// SPDX-License-Identifier: Apache-2.0
import Compression
import Testing

@Suite struct CompressorTests {
    /// Words in no order, which compress, but not to nothing.
    static let text: [UInt8] = {
        let words = (0..<500).map { Array("word\($0 * 7919 % 1000) ".utf8) }
        var state: UInt32 = 1
        return (0..<40_000).flatMap { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return words[Int(state >> 16) % words.count]
        }
    }()

    private func compressed(
        _ bytes: [UInt8], _ format: CompressionFormat, level: Int? = nil, block: Int = .max
    ) throws -> [UInt8] {
        let writer = try #require(try format.blockCompressor(level: level))
        if bytes.isEmpty { return try writer.compress([]) }
        var result: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            result += try writer.compress(rest.prefix(block))
            rest = rest.dropFirst(block)
        }
        return result
    }

    private func decompressed(_ bytes: [UInt8]) throws -> [UInt8] {
        let reader = try #require(try CompressionFormat(startOf: bytes[...]).decompressor())
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: 1 << 16)
        var rest = bytes[...]
        while true {
            let count = try reader.decompress(&rest, into: &output)
            if count == 0 { break }
            result += output.prefix(count)
        }
        try reader.finish()
        return result
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd], [nil, 1, 9])
    func `what is written is read again`(_ format: CompressionFormat, _ level: Int?) throws {
        let written = try compressed(Self.text, format, level: level)
        #expect(written.count < Self.text.count * 3 / 4)
        #expect(CompressionFormat(startOf: written[...]) == format)
        #expect(try decompressed(written) == Self.text)
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd])
    func `no bytes are a whole archive too`(_ format: CompressionFormat) throws {
        #expect(try decompressed(try compressed([], format)) == [])
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd])
    func `blocks one after the other are read as one file`(_ format: CompressionFormat) throws {
        let whole = try compressed(Self.text, format)
        let blocks = try compressed(Self.text, format, block: 10_000)
        #expect(blocks != whole)
        #expect(try decompressed(blocks) == Self.text)
        #expect(try compressed(Self.text, format, block: 10_000) == blocks)
    }

    @Test(arguments: [CompressionFormat.gzip, .zstd])
    func `what cannot be compressed is hardly larger`(_ format: CompressionFormat) throws {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let written = try compressed(bytes, format)
        #expect(written.count < bytes.count + bytes.count / 128 + 4096)
        #expect(try decompressed(written) == bytes)
    }

    @Test func `a gzip header has neither time nor name`() throws {
        // RFC 1952, 2.3: magic, method, no flags, a time of zero, no extra flags, an unknown system.
        #expect(try compressed(Self.text, .gzip).prefix(10) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    }

    @Test func `a level is stronger than the one below`() throws {
        #expect(try compressed(Self.text, .gzip, level: 9).count < compressed(Self.text, .gzip, level: 1).count)
        #expect(try compressed(Self.text, .gzip, level: 0).count > Self.text.count)
        #expect(try compressed(Self.text, .zstd, level: 19).count < compressed(Self.text, .zstd, level: 1).count)
    }

    @Test func `every level of a format works`() throws {
        for format in [CompressionFormat.gzip, .zstd] {
            for level in try #require(format.levels) {
                let text = Array(Self.text.prefix(5000))
                #expect(try decompressed(try compressed(text, format, level: level)) == text, "\(format) \(level)")
            }
        }
    }

    @Test func `what is not written is refused`() throws {
        #expect(try CompressionFormat.none.blockCompressor() == nil)
        for format in [CompressionFormat.xz, .bzip2] {
            let error = #expect(throws: CompressionError.self) { try format.blockCompressor() }
            #expect(error?.code == .unsupported)
        }
    }
}
