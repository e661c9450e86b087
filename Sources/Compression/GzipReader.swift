// SPDX-License-Identifier: Apache-2.0
internal import CZlib

/// Decompresses gzip (RFC 1952), of one member or several; checksums are verified.
///
/// The deflate in it is read by ``Inflater``, which takes half the time that zlib needs; checksums are zlib's.
@safe public final class GzipReader: Decompressor {
    /// What comes next. Numbers are bytes of that part that are still to come.
    private enum Stage {
        case header(Int), extraLength(Int), extra(Int), name, comment, headerSum(Int), body, trailer(Int)
    }

    private let inflater = Inflater()
    private var stage = Stage.header(GzipReader.headerLength)
    private var isAtBoundary = true
    private var sawMember = false
    private var bodyHasEnded = false
    private var flags: UInt8 = 0
    /// The number that is being read.
    private var number: UInt64 = 0
    private var headerSum: UInt = 0
    private var sum: UInt = 0
    private var size: UInt32 = 0

    private static let headerLength = 10
    private static let trailerLength = 8

    public init() throws(CompressionError) {}

    public func decompress(
        _ input: inout ArraySlice<UInt8>, into output: inout [UInt8]
    ) throws(CompressionError) -> Int {
        while true {
            if inflater.available > 0 {
                let count = inflater.fetch(into: &output)
                sum = Self.checksum(sum, output[..<count])
                size &+= UInt32(truncatingIfNeeded: count)
                return count
            }
            if bodyHasEnded {
                bodyHasEnded = false
                (stage, number) = (.trailer(Self.trailerLength), 0)
            }
            if case .body = stage {
                guard try inflate(&input) else { return 0 }
                continue
            }
            guard let byte = inflater.nextByte(&input) else { return 0 }
            try take(byte)
        }
    }

    /// False where there is nothing to fetch and no input.
    private func inflate(_ input: inout ArraySlice<UInt8>) throws(CompressionError) -> Bool {
        do throws(Inflater.Failure) {
            switch try inflater.run(&input) {
            case .ended: bodyHasEnded = true
            case .needsInput: return inflater.available > 0
            case .needsRoom: break
            }
            return true
        } catch {
            switch error {
            case .damaged(let words): throw CompressionError(.damaged, "gzip", "\(words)")
            }
        }
    }

    /// Takes the next byte of a header or of a trailer in.
    private func take(_ byte: UInt8) throws(CompressionError) {
        switch stage {
        case .header(let left):
            // Tapes and block devices pad with zeros after the last member; gzip(1) lets them pass too.
            if isAtBoundary, sawMember, byte == 0 { return }
            if isAtBoundary { headerSum = 0 }
            isAtBoundary = false
            try takeHeader(byte, Self.headerLength - left)
            stage = .header(left - 1)
            if left == 1 { next(after: 0) }
        case .extraLength(let left):
            number |= UInt64(byte) << UInt64(8 * (2 - left))
            stage = left > 1 ? .extraLength(1) : .extra(Int(number))
            if left == 1, number == 0 { next(after: 1) }
        case .extra(let left):
            stage = .extra(left - 1)
            if left == 1 { next(after: 1) }
        case .name: if byte == 0 { next(after: 2) }
        case .comment: if byte == 0 { next(after: 3) }
        case .headerSum(let left):
            number |= UInt64(byte) << UInt64(8 * (2 - left))
            stage = .headerSum(left - 1)
            guard left == 1 else { return }
            guard number == UInt64(headerSum & 0xFFFF) else {
                throw CompressionError(.damaged, "gzip", "header crc mismatch")
            }
            return next(after: 4)
        case .body: return
        case .trailer(let left): return try takeTrailer(byte, left)
        }
        headerSum = Self.checksum(headerSum, [byte])
    }

    private func takeHeader(_ byte: UInt8, _ place: Int) throws(CompressionError) {
        switch place {
        case 0 where byte != 0x1F, 1 where byte != 0x8B:
            throw CompressionError(.damaged, "gzip", "incorrect header check")
        case 2 where byte != 8: throw CompressionError(.damaged, "gzip", "unknown compression method")
        case 3:
            guard byte & 0xE0 == 0 else { throw CompressionError(.damaged, "gzip", "unknown header flags set") }
            flags = byte
        default: break
        }
    }

    /// Goes on with the next part of the header that there is after `part`: RFC 1952, 2.3.
    private func next(after part: Int) {
        number = 0
        let parts: [(flag: UInt8, stage: Stage)] = [
            (4, .extraLength(2)), (8, .name), (16, .comment), (2, .headerSum(2)),
        ]
        for (flag, stage) in parts.dropFirst(part) where flags & flag != 0 {
            self.stage = stage
            return
        }
        inflater.reset()
        (stage, sum, size) = (.body, 0, 0)
    }

    private func takeTrailer(_ byte: UInt8, _ left: Int) throws(CompressionError) {
        number |= UInt64(byte) << UInt64(8 * (Self.trailerLength - left))
        stage = .trailer(left - 1)
        guard left == 1 else { return }
        guard number & 0xFFFF_FFFF == UInt64(sum) else {
            throw CompressionError(.damaged, "gzip", "incorrect data check")
        }
        guard number >> 32 == UInt64(size) else {
            throw CompressionError(.damaged, "gzip", "incorrect length check")
        }
        stage = .header(Self.headerLength)
        isAtBoundary = true
        sawMember = true
    }

    private static func checksum(_ sum: UInt, _ bytes: ArraySlice<UInt8>) -> UInt {
        unsafe bytes.withUnsafeBufferPointer { unsafe crc32_z(sum, $0.baseAddress, $0.count) }
    }

    public func finish() throws(CompressionError) {
        guard isAtBoundary, sawMember else { throw CompressionError(.truncated, "gzip") }
    }
}
