// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

/// Searches of bytes, held against the same a byte at a time.
@Suite struct ByteSearchTests {
    @Test func everyByteIsToldAtEveryPlace() {
        for byte in UInt8.min ... .max {
            let isPlain = (0x20..<0x80).contains(byte) && ![0x22, 0x5C, 0x3C, 0x3E, 0x26].contains(byte)
            for place in 0..<20 {
                var bytes = [UInt8](repeating: 0x78, count: 20)
                bytes[place] = byte
                #expect(ByteSearch.countOfPlain(in: bytes[...], from: 0) == (isPlain ? 20 : place))
            }
        }
    }

    @Test func theFirstOfSeveralIsTold() {
        for first in 0..<16 {
            for second in first..<16 {
                for (one, other) in [(0x22, 0x23), (0x1F, 0x20), (0x80, 0x01), (0x3C, 0x3D), (0x26, 0x27)]
                    as [(UInt8, UInt8)]
                {
                    var bytes = [UInt8](repeating: 0x78, count: 16)
                    bytes[second] = other
                    bytes[first] = one
                    #expect(ByteSearch.countOfPlain(in: bytes[...], from: 0) == first)
                }
            }
        }
    }

    @Test func aSearchStartsAndEndsWhereItIsTold() {
        let bytes = Array("one\ntwo\n".utf8)
        #expect(ByteSearch.count(before: 0x0A, in: bytes[...], upTo: .max) == 3)
        #expect(ByteSearch.count(before: 0x0A, in: bytes[4...], upTo: .max) == 3)
        #expect(ByteSearch.count(before: 0x0A, in: bytes[...], upTo: 2) == 2)
        #expect(ByteSearch.count(before: 0x0A, in: bytes[4..<6], upTo: .max) == 2)
        #expect(ByteSearch.count(before: 0x0A, in: [], upTo: 5) == 0)
        #expect(ByteSearch.countOfPlain(in: bytes[...], from: 4) == 3)
        #expect(ByteSearch.countOfPlain(in: [], from: 0) == 0)
    }
}
