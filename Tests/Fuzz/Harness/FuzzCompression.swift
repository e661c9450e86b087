// SPDX-License-Identifier: Apache-2.0
import Compression

/// Compressed bytes of whatever format are read to the end or refused, and however they come, the same is read.
@Sendable func fuzzCompression(_ bytes: [UInt8]) {
    let format = CompressionFormat(startOf: bytes[...])
    let whole = read(bytes, format, piece: .max)
    let pieces = read(bytes, format, piece: 7)
    // Of what is damaged more or less may come before that is seen.
    expect(whole.isWhole == pieces.isWhole, "the pieces decide what is damaged")
    if whole.isWhole { expect(whole.bytes == pieces.bytes, "the pieces change what is read") }
    // What is written of it is read again.
    for format in [CompressionFormat.gzip, .zstd] {
        guard let written = try? format.blockCompressor(level: 1)?.compress(bytes[...]) else {
            expect(false, "bytes cannot be compressed")
            return
        }
        let again = read(written + written, format, piece: .max)
        expect(again.isWhole && again.bytes == bytes + bytes, "what was compressed is another")
    }
}

/// Stops at a few megabytes: a bomb is as long as it likes.
private func read(_ bytes: [UInt8], _ format: CompressionFormat, piece: Int) -> (bytes: [UInt8], isWhole: Bool) {
    guard let reader = try? format.decompressor() else { return (bytes, true) }
    var output = [UInt8](repeating: 0, count: 1 << 16)
    var result: [UInt8] = []
    var rest = bytes[...]
    do throws(CompressionError) {
        while !rest.isEmpty, result.count < 1 << 22 {
            var input = rest.prefix(piece)
            rest = rest.dropFirst(piece)
            while case let count = try reader.decompress(&input, into: &output), count > 0 {
                expect(count <= output.count, "more came than there was room for")
                result += output.prefix(count)
                guard result.count < 1 << 22 else { return ([], false) }
            }
            expect(input.isEmpty, "input was left where nothing came of it")
        }
        try reader.finish()
        return (result, true)
    } catch {
        expect(!error.description.isEmpty, "an error says nothing")
        return (result, false)
    }
}
