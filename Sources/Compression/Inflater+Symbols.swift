// SPDX-License-Identifier: Apache-2.0

/// Literals, lengths and distances, one after the other, where every bit may be the last one that there is.
extension Inflater {
    /// Decodes symbols until the block ends, the input does, or there is no more room.
    func decode(
        _ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int
    ) throws(Failure) -> Progress {
        while true {
            let roomEnd = Self.capacity - Self.roundOutput
            if position + 40 <= end, place < roomEnd {
                if try unsafe decodeFast(input, end - 40, roomEnd, &position) { return .ended }
            }
            if place >= roomEnd { return .needsRoom }
            unsafe fill(input, end, &position)
            let (savedBits, savedCount) = (bits, count)
            guard let isEnd = try decodeOne() else {
                (bits, count) = (savedBits, savedCount)
                return .needsInput
            }
            if isEnd { return .ended }
        }
    }

    /// One symbol, of the bits that there are; nil where they are too few, true where it is the end of the block.
    func decodeOne() throws(Failure) -> Bool? {
        var entry = unsafe literals[Int(bits & ((1 << UInt64(Self.literalBits)) - 1))]
        if entry & InflateTables.subtable != 0 {
            let index = Int(entry >> 16) + (Int(bits >> UInt64(Self.literalBits)) & ((1 << Int(entry >> 8 & 0xF)) - 1))
            entry = unsafe literals[index]
        }
        let used = Int(entry & 0xFF)
        // A code that nothing has: with more bits it may be one.
        guard used > 0 else {
            if count < 15 { return nil }
            throw .damaged("invalid literal/length code")
        }
        guard count >= used else { return nil }
        if entry & InflateTables.literal != 0 {
            _ = take(used)
            unsafe output[place] = UInt8(truncatingIfNeeded: entry >> 16)
            advance(1)
            return false
        }
        if entry & InflateTables.exceptional != 0 {
            guard entry & InflateTables.endOfBlock != 0 else { throw .damaged("invalid literal/length code") }
            _ = take(used)
            return true
        }
        let codeLength = Int(entry >> 8 & 0xF)
        let length = Int(entry >> 16 & 0x1FF) + (Int(bits & (1 << UInt64(used) - 1)) >> codeLength)
        _ = take(used)
        entry = unsafe distances[Int(bits & ((1 << UInt64(Self.distanceBits)) - 1))]
        if entry & InflateTables.subtable != 0 {
            let index = Int(entry >> 16) + (Int(bits >> UInt64(Self.distanceBits)) & ((1 << Int(entry >> 8 & 0xF)) - 1))
            entry = unsafe distances[index]
        }
        let distanceUsed = Int(entry & 0xFF)
        guard distanceUsed > 0 else {
            if count < 15 { return nil }
            throw .damaged("invalid distance code")
        }
        guard count >= distanceUsed else { return nil }
        guard entry & InflateTables.exceptional == 0 else { throw .damaged("invalid distance code") }
        let distanceCode = Int(entry >> 8 & 0xF)
        let distance = Int(entry >> 16) + (Int(bits & (1 << UInt64(distanceUsed) - 1)) >> distanceCode)
        _ = take(distanceUsed)
        guard distance <= history else { throw .damaged("invalid distance too far back") }
        for offset in 0..<length { unsafe output[place + offset] = output[place + offset - distance] }
        advance(length)
        return false
    }
}
