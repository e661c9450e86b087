// SPDX-License-Identifier: Apache-2.0
import Compression
import Testing

@Suite struct CompressionTests {
    static let text = Array("hello, layer\nhello, layer\nhello, layer\n".utf8)
    /// ``text`` by gzip(1).
    static let gzip: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8,
        0x49, 0xAC, 0x4C, 0x2D, 0xE2, 0xCA, 0xC0, 0xC9, 0x01, 0x00, 0x2B, 0x74, 0xB3, 0x93, 0x27, 0x00, 0x00, 0x00,
    ]
    /// ``text`` by zstd(1).
    static let zstd: [UInt8] = [
        0x28, 0xB5, 0x2F, 0xFD, 0x04, 0x58, 0x9D, 0x00, 0x00, 0x68, 0x68, 0x65, 0x6C, 0x6C, 0x6F, 0x2C, 0x20, 0x6C,
        0x61, 0x79, 0x65, 0x72, 0x0A, 0x01, 0x00, 0x60, 0xCF, 0x2F, 0x55, 0x5B, 0x01, 0x97,
    ]

    /// ``text`` by bzip2(1).
    static let bzip2: [UInt8] = [
        0x42, 0x5A, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0xA7, 0xB3, 0x23, 0xDF, 0x00, 0x00, 0x0A, 0x51,
        0x80, 0x00, 0x10, 0x40, 0x04, 0x22, 0x44, 0x90, 0x20, 0x20, 0x00, 0x22, 0xBF, 0xD5, 0x41, 0xA3, 0xD2, 0x10,
        0x03, 0x08, 0xDA, 0x22, 0x2D, 0xD7, 0x96, 0xAC, 0x32, 0xB7, 0xC5, 0xDC, 0x91, 0x4E, 0x14, 0x24, 0x29, 0xEC,
        0xC8, 0xF7, 0xC0,
    ]
    /// ``text`` by xz(1).
    static let xz: [UInt8] = [
        0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x04, 0xE6, 0xD6, 0xB4, 0x46, 0x02, 0x00, 0x21, 0x01, 0x0C, 0x00,
        0x00, 0x00, 0x8F, 0x98, 0x41, 0x9C, 0xE0, 0x00, 0x26, 0x00, 0x14, 0x5D, 0x00, 0x34, 0x19, 0x49, 0xDB, 0x85,
        0x5C, 0xD1, 0xD4, 0x3B, 0xF4, 0xFC, 0x00, 0x5B, 0x0F, 0x03, 0x43, 0xDF, 0x65, 0x80, 0x00, 0x00, 0x3F, 0xF2,
        0x67, 0xE2, 0xF7, 0x31, 0xB3, 0x7B, 0x00, 0x01, 0x30, 0x27, 0xB3, 0x36, 0xCA, 0x5A, 0x1F, 0xB6, 0xF3, 0x7D,
        0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5A,
    ]
    static let all = [gzip, zstd, bzip2, xz]

    /// Feeds `bytes` in pieces of `piece` bytes, with room for `room` bytes of output.
    private func decompressed(_ bytes: [UInt8], piece: Int = .max, room: Int = 4096) throws -> [UInt8] {
        let reader = try #require(try CompressionFormat(startOf: bytes[...]).decompressor())
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: room)
        var rest = bytes[...]
        while !rest.isEmpty {
            var input = rest.prefix(piece)
            rest = rest.dropFirst(piece)
            while true {
                let count = try reader.decompress(&input, into: &output)
                if count == 0 { break }
                result += output.prefix(count)
            }
        }
        try reader.finish()
        return result
    }

    @Test(arguments: all, [(Int.max, 4096), (1, 4096), (7, 1), (1, 1), (Int.max, 3)])
    func readsPiecesOfEverySize(_ bytes: [UInt8], _ sizes: (piece: Int, room: Int)) throws {
        #expect(try decompressed(bytes, piece: sizes.piece, room: sizes.room) == Self.text)
    }

    @Test(arguments: all) func readsSeveralMembers(_ bytes: [UInt8]) throws {
        #expect(try decompressed(bytes + bytes, piece: 5) == Self.text + Self.text)
    }

    @Test func letsZerosAfterGzipPass() throws {
        #expect(try decompressed(Self.gzip + [0, 0, 0], piece: 4) == Self.text)
        #expect(throws: CompressionError.self) { try decompressed(Self.gzip + [0, 1, 2]) }
    }

    @Test(arguments: all) func noticesEveryTruncation(_ bytes: [UInt8]) {
        for length in CompressionFormat.prefixLength..<bytes.count {
            let error = #expect(throws: CompressionError.self) { try decompressed(Array(bytes.prefix(length))) }
            #expect(error?.code == .truncated, "at \(length)")
        }
    }

    @Test func noticesDamage() {
        for place in (Self.gzip.count - 8)..<Self.gzip.count {
            var bytes = Self.gzip
            bytes[place] ^= 1
            let error = #expect(throws: CompressionError.self) { try decompressed(bytes) }
            #expect(error?.code == .damaged, "at \(place)")
        }
        var bytes = Self.zstd
        bytes[bytes.count - 1] ^= 1
        #expect(throws: CompressionError.self) { try decompressed(bytes) }
        // The sum of a block of bzip2; everything of xz after the header of its block.
        for (bytes, places) in [(Self.bzip2, 10..<14), (Self.xz, 24..<80)] {
            for place in places {
                var damaged = bytes
                damaged[place] ^= 1
                #expect(throws: CompressionError.self, "at \(place)") { try decompressed(damaged) }
            }
        }
    }

    @Test func takesPaddingBetweenStreamsOfXz() throws {
        #expect(try decompressed(Self.xz + [0, 0, 0, 0] + Self.xz, piece: 3) == Self.text + Self.text)
        #expect(throws: CompressionError.self) { try decompressed(Self.xz + [0, 0, 0]) }
    }

    @Test func takesNothingElseAfterBzip2() {
        #expect(throws: CompressionError.self) { try decompressed(Self.bzip2 + Array("more".utf8)) }
    }

    @Test func tellsTheFormatByItsStart() {
        #expect(CompressionFormat(startOf: Self.gzip[...]) == .gzip)
        #expect(CompressionFormat(startOf: Self.zstd[...]) == .zstd)
        #expect(CompressionFormat(startOf: [0x5A, 0x2A, 0x4D, 0x18, 0, 0]) == .zstd)
        #expect(CompressionFormat(startOf: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) == .xz)
        #expect(CompressionFormat(startOf: Array("BZh91A".utf8)[...]) == .bzip2)
        #expect(CompressionFormat(startOf: Array("./bin/".utf8)[...]) == .none)
        #expect(CompressionFormat(startOf: []) == .none)
    }

    @Test func hashesAsTheStandardSays() {
        func hex(_ bytes: [UInt8]) -> String {
            bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        }
        // FIPS 180-2, appendix B.
        #expect(
            hex(SHA256.digest(of: Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hex(SHA256.digest(of: [])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        var pieces = SHA256()
        for _ in 0..<1000 { pieces.update([UInt8](repeating: 0x61, count: 1000)) }
        #expect(
            hex(pieces.digest()) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
