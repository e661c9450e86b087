// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Searches through many bytes at once: what is written to a log goes through two of them.
public enum ByteSearch {
    /// How many bytes there are before the first `byte`, or `limit` or all of them where that is less: memchr(3).
    public static func count(before byte: UInt8, in bytes: ArraySlice<UInt8>, upTo limit: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            let count = min(buffer.count, limit)
            guard count > 0, let start = buffer.baseAddress, let found = unsafe memchr(start, Int32(byte), count)
            else { return max(0, count) }
            return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(start)
        }
    }

    /// How many bytes from `start` on are ASCII that stands for itself in JSON and in HTML: no controls, and none of `"`,
    /// `\`, `<`, `>` and `&`.
    public static func countOfPlain(in bytes: ArraySlice<UInt8>, from start: Int) -> Int {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            let raw = UnsafeRawBufferPointer(buffer)
            var place = start
            // Eight bytes as one number. A bit stays at the top of each byte that is searched for, and perhaps of later
            // ones: only the first is told.
            while place + 8 <= raw.count {
                let word = UInt64(littleEndian: unsafe raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
                let isControl = (word &- ones &* 0x20) & ~word
                let isOfJSON = zeros(word ^ ones &* 0x22) | zeros(word ^ ones &* 0x5C)
                // '<' and '>' differ in one bit.
                let isOfHTML = zeros(word ^ ones &* 0x26) | zeros((word & ~(ones &* 2)) ^ ones &* 0x3C)
                let special = (word | isControl | isOfJSON | isOfHTML) & (ones &* 0x80)
                if special != 0 { return place + special.trailingZeroBitCount / 8 - start }
                place += 8
            }
            while place < buffer.count, unsafe isPlain(buffer[place]) { place += 1 }
            return place - start
        }
    }

    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The top bit of each byte that is zero.
    @inline(__always)
    private static func zeros(_ word: UInt64) -> UInt64 { (word &- ones) & ~word }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x22, 0x5C, 0x3C, 0x3E, 0x26: false
        default: (0x20..<0x80).contains(byte)
        }
    }
}
