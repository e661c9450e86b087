// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Compression

/// gzip as it comes: every kind of block, in pieces of any length, whole or damaged.
struct InflaterTests {
    /// Bytes of several kinds, more than the window has: what repeats, near and far, what does not, runs, and text.
    private static let contents: [UInt8] = {
        var bytes: [UInt8] = []
        var state: UInt64 = 88_172_645_463_325_252
        func random() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        while bytes.count < 300_000 {
            switch random() % 5 {
            case 0: bytes += (0..<Int(random() % 3000)).map { _ in UInt8(truncatingIfNeeded: random()) }
            case 1: bytes += [UInt8](repeating: UInt8(truncatingIfNeeded: random()), count: Int(random() % 5000))
            case 2 where bytes.count > 40_000:
                // As far back as the window reaches, and in steps of a few bytes.
                let distance = [1, 2, 3, 7, 8, 15, 16, 300, 32_768][Int(random() % 9)]
                for _ in 0..<Int(random() % 700) { bytes.append(bytes[bytes.count - distance]) }
            default: bytes += Array("a line of text, number \(random() % 1000), as they are in files\n".utf8)
            }
        }
        return bytes
    }()

    private func inflated(_ data: [UInt8], pieces: Int, room: Int) throws -> [UInt8] {
        let reader = try GzipReader()
        var result: [UInt8] = []
        var output = [UInt8](repeating: 0, count: room)
        var place = 0
        while place < data.count {
            var input = data[place..<min(data.count, place + pieces)]
            place += pieces
            while true {
                let count = try reader.decompress(&input, into: &output)
                result += output[..<count]
                if count == 0, input.isEmpty { break }
            }
        }
        try reader.finish()
        return result
    }

    private func deflated(_ bytes: [UInt8], level: Int) throws -> [UInt8] {
        try GzipBlockCompressor(level: level).compress(bytes[...])
    }

    @Test(arguments: 0...9) func everyLevelComesBackInPiecesOfEverySize(_ level: Int) throws {
        let data = try deflated(Self.contents, level: level)
        for (pieces, room) in [(1, 1 << 16), (13, 100), (1000, 1 << 18), (1 << 17, 7), (1 << 20, 1 << 20)] {
            #expect(try inflated(data, pieces: pieces, room: room) == Self.contents, "\(pieces) \(room)")
        }
    }

    @Test func membersFollowEachOtherAtAnyPlace() throws {
        let one = Array(Self.contents.prefix(1000))
        let data = try deflated(one, level: 6) + deflated([], level: 6) + deflated(one, level: 0)
        for pieces in [1, 3, 5000] { #expect(try inflated(data, pieces: pieces, room: 999) == one + one) }
    }

    /// All that a header may have: extra bytes, a name, a comment, and a checksum of it.
    @Test func headersMayHaveParts() throws {
        let plain = try deflated([1, 2, 3], level: 6)
        let body = plain.dropFirst(10)
        for flags in [UInt8(4), 8, 16, 28, 1] {
            var header: [UInt8] = [0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 3]
            if flags & 4 != 0 { header += [2, 0, 7, 7] }
            if flags & 8 != 0 { header += Array("name".utf8) + [0] }
            if flags & 16 != 0 { header += Array("comment".utf8) + [0] }
            #expect(try inflated(header + body, pieces: 1, room: 10) == [1, 2, 3], "\(flags)")
        }
        let wrong: [UInt8] = [0x1F, 0x8B, 8, 2, 0, 0, 0, 0, 0, 3, 0, 0]
        #expect(throws: CompressionError.self) { try inflated(wrong + body, pieces: 1, room: 10) }
        #expect(throws: CompressionError.self) {
            try inflated([0x1F, 0x8B, 8, 0xE0, 0, 0, 0, 0, 0, 3] + body, pieces: 1, room: 10)
        }
    }

    /// Sets of codes that are none, and codes that no symbol has, one bit after the other.
    @Test(
        arguments: [
            // A block of the kind that there is not; a stored one whose lengths do not match; a distance before the start.
            [0x07], [0x01, 0x05, 0x00, 0x00, 0x00], [0x63, 0x00, 0x02, 0x04],
            // Too many symbols, and lengths of codes that are none.
            [0xFD, 0xFF, 0xFF], [0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00],
            [0x05, 0xE0, 0x81, 0x08, 0x00, 0x00, 0x00, 0x00, 0x20, 0x7F],
        ] as [[UInt8]]) func streamsThatAreNoneAreErrors(_ stream: [UInt8])
    {
        let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
        for pieces in [1, 100] {
            #expect(throws: CompressionError.self) {
                try inflated(header + stream + [UInt8](repeating: 0xFF, count: 64), pieces: pieces, room: 100)
            }
        }
    }

    @Test func whatIsDamagedIsAnErrorOrChangesNothing() throws {
        var random = SystemRandomNumberGenerator()
        let contents = Array(Self.contents.prefix(60_000))
        for level in [0, 1, 6, 9] {
            let whole = try deflated(contents, level: level)
            for round in 0..<150 {
                var data = whole
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let most = round % 3 == 0 ? 200 : data.count
                    data[Int.random(in: 0..<most, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
                }
                if round % 7 == 0 { data.removeLast(Int.random(in: 1..<data.count, using: &random)) }
                guard let result = try? inflated(data, pieces: [7, 5000].randomElement() ?? 7, room: 3000) else {
                    continue
                }
                #expect(result == contents)
            }
        }
    }
}
