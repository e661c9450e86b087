// SPDX-License-Identifier: Apache-2.0

/// Decompresses deflate (RFC 1951), a stream in pieces of any length.
///
/// What makes it fast: 64 bits of input at a time, tables that give a whole literal, length or distance by one look-up for
/// all but the longest codes, three literals between two looks at the input, and copies by eight bytes. Nothing is
/// believed: every read and write is checked, by the symbol, or for the next 40 bytes of input and 300 of output at once.
/// It is wrong only where zlib is: tests compare both.
@safe final class Inflater {
    /// Why a stream is none.
    enum Failure: Error { case damaged(StaticString) }

    /// How far a call came.
    enum Progress {
        /// All input is taken in, and more is needed.
        case needsInput
        /// There is no more room for output.
        case needsRoom
        /// The stream is complete; what follows is not taken in.
        case ended
    }

    private enum Stage { case blockHeader, dynamicHeader, stored(Int), symbols, ended }

    static let window = 1 << 15
    /// How much the fast loop may write in one round, and more than that it may write beyond its place.
    private static let roundOutput = 320
    private static let capacity = window + (1 << 18) + roundOutput

    private static let literalBits = 11
    private static let distanceBits = 9
    /// Room for the largest tables with subtables that there can be, as zlib's `enough` counts them: 2342 and 594.
    private static let literalRoom = 2400
    private static let distanceRoom = 640

    private let output: UnsafeMutablePointer<UInt8>
    private let literals: UnsafeMutablePointer<UInt32>
    private let distances: UnsafeMutablePointer<UInt32>
    private let lengths: UnsafeMutablePointer<UInt8>
    private let codes = InflateTables()
    private var stage = Stage.blockHeader
    private var isLast = false
    private var bits: UInt64 = 0
    private var count = 0
    /// Where the next byte of output goes.
    private var place = 0
    /// What of the output nobody has fetched yet begins here.
    private var fetched = 0
    /// How many bytes the stream has given, but no more than the window has.
    private var history = 0
    // Of a header that is read in pieces.
    private var literalCount = 0
    private var distanceCount = 0
    private var lengthCodes = 0
    private var lengthsRead = 0
    private var hasLengthTable = false

    init() {
        unsafe output = .allocate(capacity: Self.capacity)
        unsafe literals = .allocate(capacity: Self.literalRoom)
        unsafe distances = .allocate(capacity: Self.distanceRoom)
        unsafe lengths = .allocate(capacity: 320)
        unsafe output.initialize(repeating: 0, count: Self.capacity)
        unsafe literals.initialize(repeating: 0, count: Self.literalRoom)
        unsafe distances.initialize(repeating: 0, count: Self.distanceRoom)
        unsafe lengths.initialize(repeating: 0, count: 320)
    }

    deinit {
        unsafe output.deallocate()
        unsafe literals.deallocate()
        unsafe distances.deallocate()
        unsafe lengths.deallocate()
    }

    /// Begins another stream. What the last one has given and nobody has fetched is gone.
    func reset() {
        stage = .blockHeader
        isLast = false
        place = 0
        fetched = 0
        history = 0
    }

    /// The next byte of the input, when no stream is under way: those come first that the last one has looked at.
    func nextByte(_ input: inout ArraySlice<UInt8>) -> UInt8? {
        if count >= 8 {
            let drop = count & 7
            bits >>= UInt64(drop)
            count -= drop
            let byte = UInt8(truncatingIfNeeded: bits)
            bits >>= 8
            count -= 8
            return byte
        }
        bits = 0
        count = 0
        return input.popFirst()
    }

    /// How many bytes there are to fetch.
    var available: Int { place - fetched }

    /// Moves what there is into `target` from its start, as much as it holds, and returns how much that was.
    func fetch(into target: inout [UInt8]) -> Int {
        let size = min(available, target.count)
        unsafe target.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { unsafe base.update(from: output + fetched, count: size) }
        }
        fetched += size
        return size
    }

    /// Takes in as much of `input` as it can. All output must have been fetched.
    func run(_ input: inout ArraySlice<UInt8>) throws(Failure) -> Progress {
        if place + Self.roundOutput >= Self.capacity {
            let kept = min(Self.window, place)
            unsafe output.update(from: output + (place - kept), count: kept)
            place = kept
            fetched = kept
        }
        var failure: Failure?
        var progress = Progress.needsInput
        let used = unsafe input.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            var position = 0
            do throws(Failure) {
                progress = try unsafe run(base, buffer.count, &position)
            } catch { failure = error }
            return position
        }
        if let failure { throw failure }
        input = input.dropFirst(used)
        return progress
    }

    private func run(
        _ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int
    ) throws(Failure) -> Progress {
        while true {
            switch stage {
            case .blockHeader:
                if isLast {
                    stage = .ended
                    continue
                }
                guard try unsafe readBlockHeader(input, end, &position) else { return .needsInput }
            case .dynamicHeader:
                guard try unsafe readLengths(input, end, &position) else { return .needsInput }
                try makeTables()
                stage = .symbols
            case .stored(let left):
                if left == 0 {
                    stage = .blockHeader
                    continue
                }
                let room = Self.capacity - Self.roundOutput - place
                if room <= 0 { return .needsRoom }
                // Bytes that were looked at already.
                if count >= 8 {
                    unsafe output[place] = UInt8(truncatingIfNeeded: bits)
                    bits >>= 8
                    count -= 8
                    advance(1)
                    stage = .stored(left - 1)
                    continue
                }
                let size = min(left, room, end - position)
                if size == 0 { return .needsInput }
                unsafe (output + place).update(from: input + position, count: size)
                position += size
                advance(size)
                stage = .stored(left - size)
            case .symbols:
                switch try unsafe decode(input, end, &position) {
                case .ended: stage = .blockHeader
                case let other: return other
                }
            case .ended:
                // Bits up to the end of the byte belong to the stream.
                let drop = count & 7
                bits >>= UInt64(drop)
                count -= drop
                return .ended
            }
        }
    }

    private func advance(_ size: Int) {
        place += size
        history = min(history + size, Self.window)
    }

    // MARK: - Headers

    /// Takes bytes in until there are at least 56 bits, or none are left.
    private func fill(_ input: UnsafePointer<UInt8>, _ end: Int, _ position: inout Int) {
        while count < 56, position < end {
            unsafe bits |= UInt64(input[position]) << UInt64(count)
            position += 1
            count += 8
        }
    }

    private func take(_ number: Int) -> Int {
        let value = Int(bits & (1 << UInt64(number) - 1))
        bits >>= UInt64(number)
        count -= number
        return value
    }

    /// False where there is not enough input yet; then nothing was taken.
    private func readBlockHeader(
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

    private static let lengthOrder: [UInt8] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// Reads the lengths of the codes of a block. False where there is not enough input yet.
    private func readLengths(
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

    private func makeTables() throws(Failure) {
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

    // MARK: - Symbols

    /// Decodes symbols until the block ends, the input does, or there is no more room.
    private func decode(
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
    private func decodeOne() throws(Failure) -> Bool? {
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

    /// Decodes while there is enough of input and room for a whole round. True at the end of the block.
    private func decodeFast(
        _ input: UnsafePointer<UInt8>, _ inputEnd: Int, _ roomEnd: Int, _ position: inout Int
    ) throws(Failure) -> Bool {
        let literals = unsafe self.literals
        let distances = unsafe self.distances
        let literalMask: UInt64 = (1 << UInt64(Self.literalBits)) &- 1
        let distanceMask: UInt64 = (1 << UInt64(Self.distanceBits)) &- 1
        var bits = self.bits
        var count = UInt64(self.count)
        var next = unsafe input + position
        let last = unsafe input + inputEnd
        let start = unsafe output + place
        var target = unsafe start
        let targetEnd = unsafe output + roomEnd
        // The earliest byte that a distance may lead to.
        let floor = unsafe start - history
        var hasEnded = false
        var failure: Failure?

        unsafe bits |= UnsafeRawPointer(next).loadUnaligned(as: UInt64.self) &<< count
        unsafe next += Int((63 &- count) &>> 3)
        count |= 56
        var entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
        // Of `count` only the lowest byte counts here, and a shift looks at six bits of its distance, so that an entry can be
        // taken off both as it is.
        repeat {
            var saved = bits
            bits &>>= UInt64(truncatingIfNeeded: entry)
            count &-= UInt64(truncatingIfNeeded: entry)
            if entry & InflateTables.literal != 0 {
                unsafe target.pointee = UInt8(truncatingIfNeeded: entry &>> 16)
                unsafe target += 1
                entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
                saved = bits
                bits &>>= UInt64(truncatingIfNeeded: entry)
                count &-= UInt64(truncatingIfNeeded: entry)
                if entry & InflateTables.literal != 0 {
                    unsafe target.pointee = UInt8(truncatingIfNeeded: entry &>> 16)
                    unsafe target += 1
                    entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
                    saved = bits
                    bits &>>= UInt64(truncatingIfNeeded: entry)
                    count &-= UInt64(truncatingIfNeeded: entry)
                    if entry & InflateTables.literal != 0 {
                        unsafe target.pointee = UInt8(truncatingIfNeeded: entry &>> 16)
                        unsafe target += 1
                        count &= 0xFF
                        unsafe bits |= UnsafeRawPointer(next).loadUnaligned(as: UInt64.self) &<< count
                        unsafe next += Int((63 &- count) &>> 3)
                        count |= 56
                        entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
                        continue
                    }
                }
            }
            if entry & InflateTables.exceptional != 0 {
                if entry & InflateTables.subtable != 0 {
                    // The bits of the first table were taken off already, and an entry of the second counts them again.
                    let rest = bits & ((1 &<< UInt64(entry &>> 8 & 0xF)) &- 1)
                    count &+= UInt64(truncatingIfNeeded: entry)
                    entry = unsafe literals[Int(truncatingIfNeeded: UInt64(entry &>> 16) &+ rest)]
                    bits = saved &>> UInt64(truncatingIfNeeded: entry)
                    count &-= UInt64(truncatingIfNeeded: entry)
                }
                if entry & InflateTables.literal != 0 {
                    unsafe target.pointee = UInt8(truncatingIfNeeded: entry &>> 16)
                    unsafe target += 1
                    count &= 0xFF
                    unsafe bits |= UnsafeRawPointer(next).loadUnaligned(as: UInt64.self) &<< count
                    unsafe next += Int((63 &- count) &>> 3)
                    count |= 56
                    entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
                    continue
                }
                if entry & InflateTables.exceptional != 0 {
                    if entry & InflateTables.endOfBlock == 0 { failure = .damaged("invalid literal/length code") }
                    hasEnded = true
                    break
                }
            }
            // At most 22 bits went into literals, and 20 into this: there were 56.
            let length = Int(
                truncatingIfNeeded: UInt64(entry &>> 16 & 0x1FF)
                    &+ ((saved & ((1 &<< UInt64(truncatingIfNeeded: entry)) &- 1)) &>> UInt64(entry &>> 8 & 0xF)))
            count &= 0xFF
            unsafe bits |= UnsafeRawPointer(next).loadUnaligned(as: UInt64.self) &<< count
            unsafe next += Int((63 &- count) &>> 3)
            count |= 56
            entry = unsafe distances[Int(truncatingIfNeeded: bits & distanceMask)]
            if entry & InflateTables.exceptional != 0 {
                if entry & InflateTables.subtable != 0 {
                    let rest = (bits &>> UInt64(Self.distanceBits)) & ((1 &<< UInt64(entry &>> 8 & 0xF)) &- 1)
                    entry = unsafe distances[Int(truncatingIfNeeded: UInt64(entry &>> 16) &+ rest)]
                }
                if entry & InflateTables.exceptional != 0 {
                    failure = .damaged("invalid distance code")
                    break
                }
            }
            saved = bits
            bits &>>= UInt64(truncatingIfNeeded: entry)
            count &-= UInt64(truncatingIfNeeded: entry)
            let distance = Int(
                truncatingIfNeeded: UInt64(entry &>> 16)
                    &+ ((saved & ((1 &<< UInt64(truncatingIfNeeded: entry)) &- 1)) &>> UInt64(entry &>> 8 & 0xF)))
            guard unsafe distance <= target - floor else {
                failure = .damaged("invalid distance too far back")
                break
            }
            // The next entry is on its way while the bytes are copied.
            count &= 0xFF
            unsafe bits |= UnsafeRawPointer(next).loadUnaligned(as: UInt64.self) &<< count
            unsafe next += Int((63 &- count) &>> 3)
            count |= 56
            entry = unsafe literals[Int(truncatingIfNeeded: bits & literalMask)]
            unsafe Self.copy(to: target, distance, length)
            unsafe target += length
        } while unsafe next < last && target < targetEnd
        count &= 0xFF
        self.bits = bits & ((1 &<< count) &- 1)
        self.count = Int(count)
        position = unsafe next - input
        unsafe advance(target - start)
        if let failure { throw failure }
        return hasEnded
    }

    /// Copies `length` bytes from `distance` before `target`, and may write up to 31 more behind them.
    @inline(__always)
    private static func copy(to target: UnsafeMutablePointer<UInt8>, _ distance: Int, _ length: Int) {
        var to = UnsafeMutableRawPointer(target)
        let end = unsafe to + length
        var from = unsafe to - distance
        if distance >= 16 {
            repeat {
                unsafe to.storeBytes(of: from.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
                unsafe to += 16
                unsafe from += 16
            } while unsafe to < end
        } else if distance >= 8 {
            repeat {
                unsafe to.storeBytes(of: from.loadUnaligned(as: UInt64.self), as: UInt64.self)
                unsafe to += 8
                unsafe from += 8
            } while unsafe to < end
        } else if distance == 1 {
            let pattern = unsafe SIMD16<UInt8>(repeating: target[-1])
            repeat {
                unsafe to.storeBytes(of: pattern, as: SIMD16<UInt8>.self)
                unsafe to += 16
            } while unsafe to < end
        } else {
            // A few bytes over and over: what was written is read again.
            repeat {
                unsafe to.storeBytes(of: from.loadUnaligned(as: UInt8.self), as: UInt8.self)
                unsafe to += 1
                unsafe from += 1
            } while unsafe to < end
        }
    }
}
