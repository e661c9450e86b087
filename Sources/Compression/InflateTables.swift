// SPDX-License-Identifier: Apache-2.0

/// Makes the tables by which codes of deflate are looked up (RFC 1951, 3.2).
///
/// An entry is 32 bits. Of a literal: bit 31, the byte in bits 16 to 23. Of a length or a distance: the base in bits 16 and
/// up, the length of the code in bits 8 to 11, and in bits 0 to 7 that and how many more bits belong to it. Bit 15 says
/// that it is something else: with bit 14 a subtable of as many bits as bits 8 to 11 say, at the place in bits 16 and up; with
/// bit 13 the end of the block; without either, a code that there is not.
@safe final class InflateTables {
    static let literal: UInt32 = 1 << 31
    static let exceptional: UInt32 = 1 << 15
    static let subtable: UInt32 = 1 << 14
    static let endOfBlock: UInt32 = 1 << 13

    enum Kind { case literals, distances, codeLengths }

    private let results: [[UInt32]]
    private let sorted: UnsafeMutablePointer<UInt16>

    init() {
        unsafe sorted = .allocate(capacity: 320)
        unsafe sorted.initialize(repeating: 0, count: 320)
        results = [Self.literalResults, Self.distanceResults, (0..<19).map { $0 << 16 }]
    }

    deinit { unsafe sorted.deallocate() }

    /// What each symbol's entry is without the length of its code; more bits of it are in bits 0 to 7.
    private static let literalResults: [UInt32] = {
        var result = (0..<256).map { literal | UInt32($0) << 16 }
        result.append(exceptional | endOfBlock)
        var base: UInt32 = 3
        for symbol in 257..<285 {
            let extra: UInt32 = symbol < 265 ? 0 : UInt32(symbol - 261) / 4
            result.append(base << 16 | extra)
            base += 1 << extra
        }
        result.append(258 << 16)
        // Two that have a code among the fixed ones and mean nothing.
        return result + [exceptional, exceptional]
    }()

    private static let distanceResults: [UInt32] = {
        var result: [UInt32] = []
        var base: UInt32 = 1
        for symbol in 0..<30 {
            let extra: UInt32 = symbol < 4 ? 0 : UInt32(symbol - 2) / 2
            result.append(base << 16 | extra)
            base += 1 << extra
        }
        return result + [exceptional, exceptional]
    }()

    /// Makes the table of `bits` bits for codes of these lengths. False where they are no set of codes.
    func make(
        _ table: UnsafeMutablePointer<UInt32>, _ room: Int, _ bits: Int, _ lengths: UnsafePointer<UInt8>,
        _ symbols: Int,
        _ kind: Kind
    ) -> Bool {
        let results = results[kind == .literals ? 0 : kind == .distances ? 1 : 2]
        var counts = SIMD16<UInt16>(repeating: 0)
        for symbol in 0..<symbols { unsafe counts[Int(lengths[symbol])] += 1 }
        var offsets = SIMD16<UInt16>(repeating: 0)
        var space = 1
        for length in 1..<16 {
            space = space * 2 - Int(counts[length])
            if space < 0 { return false }
            if length < 15 { offsets[length + 1] = offsets[length] + counts[length] }
        }
        let used = symbols - Int(counts[0])
        if space > 0 {
            // Only a set of no code, or of one code of one bit, may be incomplete: RFC 1951, 3.2.7.
            guard kind != .codeLengths, used == 0 || (used == 1 && counts[1] == 1) else { return false }
            if kind == .literals, used == 0 { return false }
            // No code at all has no length, so that it is seen as none.
            for place in 0..<(1 << bits) { unsafe table[place] = Self.exceptional | 1 }
            if used == 0 { return true }
        }
        for symbol in 0..<symbols {
            let length = unsafe Int(lengths[symbol])
            guard length > 0 else { continue }
            unsafe sorted[Int(offsets[length])] = UInt16(symbol)
            offsets[length] += 1
        }
        return unsafe fill(table, room, bits, counts, results)
    }

    private func fill(
        _ table: UnsafeMutablePointer<UInt32>, _ room: Int, _ bits: Int, _ counts: SIMD16<UInt16>, _ results: [UInt32]
    ) -> Bool {
        var code = 0
        var index = 0
        var next = 1 << bits
        var subtablePrefix = -1
        var subtableStart = 0
        var subtableBits = 0
        for length in 1..<16 {
            var left = Int(counts[length])
            while left > 0 {
                let symbol = unsafe Int(sorted[index])
                let result = results[symbol]
                let reversed = Self.reverse(code, length)
                if length <= bits {
                    let entry = result &+ UInt32(length) | (Self.hasBase(result) ? UInt32(length) << 8 : 0)
                    var place = reversed
                    while place < 1 << bits {
                        unsafe table[place] = entry
                        place += 1 << length
                    }
                } else {
                    let prefix = reversed & ((1 << bits) - 1)
                    if prefix != subtablePrefix {
                        subtablePrefix = prefix
                        subtableStart = next
                        // As many bits as the codes with this prefix need.
                        subtableBits = length - bits
                        var filled = left
                        while subtableBits + bits < 15, filled < 1 << subtableBits {
                            subtableBits += 1
                            filled = filled * 2 + Int(counts[bits + subtableBits])
                        }
                        next += 1 << subtableBits
                        guard next <= room else { return false }
                        unsafe table[prefix] =
                            Self.exceptional | Self.subtable | UInt32(subtableStart) << 16 | UInt32(subtableBits) << 8
                            | UInt32(bits)
                    }
                    let entry = result &+ UInt32(length) | (Self.hasBase(result) ? UInt32(length) << 8 : 0)
                    var place = reversed >> bits
                    while place < 1 << subtableBits {
                        unsafe table[subtableStart + place] = entry
                        place += 1 << (length - bits)
                    }
                }
                index += 1
                left -= 1
                code += 1
            }
            code <<= 1
        }
        return true
    }

    private static func hasBase(_ result: UInt32) -> Bool { result & (literal | exceptional) == 0 }

    /// The code with its first bit last, as it stands in the input.
    private static func reverse(_ code: Int, _ length: Int) -> Int {
        var result = 0
        for bit in 0..<length where code & (1 << bit) != 0 { result |= 1 << (length - 1 - bit) }
        return result
    }
}
