// SPDX-License-Identifier: Apache-2.0

/// Literals, lengths and distances where there is more than enough of input and room.
extension Inflater {
    /// Decodes while there is enough of input and room for a whole round. True at the end of the block.
    func decodeFast(
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
    static func copy(to target: UnsafeMutablePointer<UInt8>, _ distance: Int, _ length: Int) {
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
