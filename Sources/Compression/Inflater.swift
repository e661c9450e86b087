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

    enum Stage { case blockHeader, dynamicHeader, stored(Int), symbols, ended }

    static let window = 1 << 15
    /// How much the fast loop may write in one round, and more than that it may write beyond its place.
    static let roundOutput = 320
    static let capacity = window + (1 << 18) + roundOutput

    static let literalBits = 11
    static let distanceBits = 9
    /// Room for the largest tables with subtables that there can be, as zlib's `enough` counts them: 2342 and 594.
    static let literalRoom = 2400
    static let distanceRoom = 640

    let output: UnsafeMutablePointer<UInt8>
    let literals: UnsafeMutablePointer<UInt32>
    let distances: UnsafeMutablePointer<UInt32>
    let lengths: UnsafeMutablePointer<UInt8>
    let codes = InflateTables()
    var stage = Stage.blockHeader
    var isLast = false
    var bits: UInt64 = 0
    var count = 0
    /// Where the next byte of output goes.
    var place = 0
    /// What of the output nobody has fetched yet begins here.
    var fetched = 0
    /// How many bytes the stream has given, but no more than the window has.
    var history = 0
    // Of a header that is read in pieces.
    var literalCount = 0
    var distanceCount = 0
    var lengthCodes = 0
    var lengthsRead = 0
    var hasLengthTable = false

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

    func run(
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

    func advance(_ size: Int) {
        place += size
        history = min(history + size, Self.window)
    }
}
