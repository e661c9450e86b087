// SPDX-License-Identifier: Apache-2.0

/// The headers of blocks: RFC 1951, 3.2.3 to 3.2.7.
extension Inflater {
    /// Takes bytes in until there are at least 56 bits, or none are left.
    func fill(_ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int) {
        while count < 56, position < end {
            unsafe bits |= UInt64(input[position]) << UInt64(count)
            position += 1
            count += 8
        }
    }

    func take(_ number: Int) -> Int {
        let value = Int(bits & (1 << UInt64(number) - 1))
        bits >>= UInt64(number)
        count -= number
        return value
    }

    /// False where there is not enough input yet; then nothing was taken.
    func readBlockHeader(
        _ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int
    ) throws(Failure) -> Bool {
        unsafe fill(input, end, &position)
        guard count >= 3 else { return false }
        switch Int(bits >> 1) & 3 {
        case 0:
            // Three bits, those to the end of the byte, and two numbers of 16.
            let skip = (count - 3) & 7
            guard count >= 3 + skip + 32 else { return false }
            isLast = take(1) == 1
            _ = take(2 + skip)
            let length = take(16)
            guard take(16) == length ^ 0xFFFF else { throw .damaged("invalid stored block lengths") }
            stage = .stored(length)
        case 1:
            isLast = take(1) == 1
            _ = take(2)
            for symbol in 0..<288 {
                unsafe lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8
            }
            for symbol in 0..<32 { unsafe lengths[288 + symbol] = 5 }
            (literalCount, distanceCount) = (288, 32)
            try makeTables()
            stage = .symbols
        case 2:
            guard count >= 17 else { return false }
            isLast = take(1) == 1
            _ = take(2)
            literalCount = take(5) + 257
            distanceCount = take(5) + 1
            lengthCodes = take(4) + 4
            guard literalCount <= 286, distanceCount <= 30 else {
                throw .damaged("too many length or distance symbols")
            }
            lengthsRead = 0
            hasLengthTable = false
            for place in 0..<19 { unsafe lengths[place] = 0 }
            stage = .dynamicHeader
        default: throw .damaged("invalid block type")
        }
        return true
    }

    static let lengthOrder: [UInt8] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// Reads the lengths of the codes of a block. False where there is not enough input yet.
    func readLengths(
        _ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int
    ) throws(Failure) -> Bool {
        if !hasLengthTable {
            while lengthsRead < lengthCodes {
                unsafe fill(input, end, &position)
                guard count >= 3 else { return false }
                unsafe lengths[Int(Self.lengthOrder[lengthsRead])] = UInt8(take(3))
                lengthsRead += 1
            }
            guard unsafe codes.make(distances, Self.distanceRoom, 7, lengths, 19, .codeLengths) else {
                throw .damaged("invalid code lengths set")
            }
            lengthsRead = 0
            hasLengthTable = true
        }
        let total = literalCount + distanceCount
        while lengthsRead < total {
            unsafe fill(input, end, &position)
            let entry = unsafe distances[Int(bits & 127)]
            let used = Int(entry & 0xFF)
            let symbol = Int(entry >> 16)
            let more = symbol < 16 ? 0 : symbol == 16 ? 2 : symbol == 17 ? 3 : 7
            guard count >= used + more else { return false }
            guard used > 0 else { throw .damaged("invalid code lengths set") }
            _ = take(used)
            if symbol < 16 {
                unsafe lengths[lengthsRead] = UInt8(symbol)
                lengthsRead += 1
                continue
            }
            guard symbol != 16 || lengthsRead > 0 else { throw .damaged("invalid bit length repeat") }
            let value = symbol == 16 ? unsafe lengths[lengthsRead - 1] : 0
            let times = take(more) + (symbol == 18 ? 11 : 3)
            guard lengthsRead + times <= total else { throw .damaged("invalid bit length repeat") }
            for place in 0..<times { unsafe lengths[lengthsRead + place] = value }
            lengthsRead += times
        }
        guard unsafe lengths[256] > 0 else { throw .damaged("invalid code -- missing end-of-block") }
        return true
    }

    func makeTables() throws(Failure) {
        guard unsafe codes.make(literals, Self.literalRoom, Self.literalBits, lengths, literalCount, .literals) else {
            throw .damaged("invalid literal/lengths set")
        }
        guard
            unsafe codes.make(
                distances, Self.distanceRoom, Self.distanceBits, lengths + literalCount, distanceCount, .distances)
        else {
            throw .damaged("invalid distances set")
        }
    }
}
