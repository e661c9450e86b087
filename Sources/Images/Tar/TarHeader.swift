// SPDX-License-Identifier: Apache-2.0

/// One 512-byte header block of a tar archive: ustar, GNU or the seventh edition's.
struct TarHeader {
    static let size = 512
    let block: ArraySlice<UInt8>

    /// Whether this is a block of zeros, two of which end an archive.
    static func isZero(_ block: ArraySlice<UInt8>) -> Bool { block.allSatisfy { $0 == 0 } }

    /// Reads a block, whose checksum tells a header from anything else.
    init(_ block: ArraySlice<UInt8>) throws(ImageError) {
        self.block = block
        // The sum counts its own field as spaces; some old writers added signed bytes.
        var sum: Int64 = 0
        var signed: Int64 = 0
        for (place, byte) in block.enumerated() {
            let counted = (148..<156).contains(place) ? UInt8(ascii: " ") : byte
            sum += Int64(counted)
            signed += Int64(Int8(bitPattern: counted))
        }
        let written = Self.octal(field(148, 8))
        guard written == sum || written == signed else {
            throw .archive("this is no tar archive, or it is damaged: a header's checksum is wrong")
        }
    }

    func field(_ start: Int, _ count: Int) -> ArraySlice<UInt8> {
        block[(block.startIndex + start)..<(block.startIndex + start + count)]
    }

    /// The bytes of a field up to the first NUL.
    func text(_ start: Int, _ count: Int) -> ArraySlice<UInt8> { field(start, count).prefix { $0 != 0 } }

    var type: UInt8 { block[block.startIndex + 156] }
    /// GNU's headers have other fields where POSIX's have the prefix of a path.
    var isPOSIX: Bool { field(257, 6).elementsEqual(Array("ustar\0".utf8)) }
    var isGNU: Bool { field(257, 8).elementsEqual(Array("ustar  \0".utf8)) }

    /// The path, of both fields where there are two.
    var name: [UInt8] {
        let name = Array(text(0, 100))
        guard isPOSIX else { return name }
        let prefix = text(345, 155)
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    /// The number in a field: octal, or GNU's base 256.
    func number(_ start: Int, _ count: Int, _ what: StaticString) throws(ImageError) -> Int64 {
        guard let value = Self.number(field(start, count)) else {
            throw ImageError(
                .badArchive, ShownName.text(name),
                "the archive is damaged: \(ShownName.text(name)) has a malformed \(what)")
        }
        return value
    }

    static func number(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first else { return nil }
        guard first & 0x80 != 0 else { return octal(field) }
        // The bit below the marker is the sign of a two's complement number.
        let isNegative = first & 0x40 != 0
        var value: Int64 = isNegative ? -1 : 0
        for (place, byte) in field.enumerated() {
            let digit = place == 0 ? (isNegative ? byte : byte & 0x7F) : byte
            guard value >= Int64.min >> 8, value <= Int64.max >> 8 else { return nil }
            value = value << 8 | Int64(digit)
        }
        return value
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int64? {
        let digits = field.drop { $0 == UInt8(ascii: " ") || $0 == 0 }.prefix { $0 != UInt8(ascii: " ") && $0 != 0 }
        var value: Int64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit), value <= Int64.max >> 3 else { return nil }
            value = value << 3 | Int64(digit - UInt8(ascii: "0"))
        }
        return value
    }
}
