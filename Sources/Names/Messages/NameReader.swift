// SPDX-License-Identifier: Apache-2.0

/// Reads the parts of a message one behind the other. Whatever leads out of it is nil.
struct NameReader {
    let bytes: [UInt8]
    private(set) var place: Int

    init(_ bytes: [UInt8], from place: Int = 0) {
        self.bytes = bytes
        self.place = place
    }

    mutating func byte() -> UInt8? {
        guard place < bytes.count else { return nil }
        defer { place += 1 }
        return bytes[place]
    }

    mutating func number16() -> UInt16? {
        guard place + 2 <= bytes.count else { return nil }
        defer { place += 2 }
        return UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1])
    }

    mutating func number32() -> UInt32? {
        guard let high = number16(), let low = number16() else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }

    mutating func slice(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= bytes.count - place else { return nil }
        defer { place += count }
        return bytes[place..<place + count]
    }

    /// A name, whose end may be that of an earlier one: RFC 1035, 4.1.4. Each pointer has to lead to before everything that
    /// was read of this name, so that none leads round in a circle; and none into the header, which changes from hand to hand.
    mutating func name() -> DomainName? {
        var name: [UInt8] = []
        var position = place
        var earliest = place
        var end: Int?
        while true {
            guard position < bytes.count else { return nil }
            let length = Int(bytes[position])
            switch length >> 6 {
            case 0:
                let next = position + 1 + length
                guard next <= bytes.count, name.count + 1 + length <= DomainName.maximumLength else { return nil }
                name += bytes[position..<next]
                position = next
                if length == 0 {
                    place = end ?? position
                    return DomainName(checked: name)
                }
            case 3:
                guard position + 1 < bytes.count else { return nil }
                let target = (length & 0x3f) << 8 | Int(bytes[position + 1])
                guard target < earliest, target >= NameMessage.headerSize else { return nil }
                if end == nil { end = position + 2 }
                earliest = target
                position = target
            default: return nil
            }
        }
    }
}
