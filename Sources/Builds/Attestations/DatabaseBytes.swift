// SPDX-License-Identifier: Apache-2.0

/// Why a database of packages was not read.
struct DatabaseError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rest of a sentence that begins with the file: `is damaged: ...`.
    let description: String
    init(_ words: String) { description = words }

    static let truncated = DatabaseError("is damaged: it ends in the middle")
    static let looping = DatabaseError("is damaged: its pages lead in a circle")
}

/// How much may still be read of a file. No byte of one that is whole is read twice, and one that leads in circles must
/// not keep us for ever.
struct ReadBudget {
    private var left: Int
    init(_ size: Int) { left = size }

    mutating func take(_ count: Int) throws(DatabaseError) {
        guard count <= left else { throw .looping }
        left -= count
    }
}

/// A file in memory, out of which numbers are read at places that the file itself names: none is believed.
struct DatabaseBytes {
    private let bytes: [UInt8]
    /// Whether the least significant byte of a number is first.
    var isLittleEndian: Bool

    init(_ bytes: [UInt8], littleEndian: Bool) {
        self.bytes = bytes
        isLittleEndian = littleEndian
    }

    var count: Int { bytes.count }

    /// `count` bytes from `start` on.
    func slice(_ start: Int, _ count: Int) throws(DatabaseError) -> ArraySlice<UInt8> {
        guard start >= 0, count >= 0, start <= bytes.count, count <= bytes.count - start else { throw .truncated }
        return bytes[start..<(start + count)]
    }

    func byte(_ place: Int) throws(DatabaseError) -> UInt8 {
        guard bytes.indices.contains(place) else { throw .truncated }
        return bytes[place]
    }

    func uint16(_ place: Int) throws(DatabaseError) -> Int { Int(try number(place, 2)) }

    func uint32(_ place: Int) throws(DatabaseError) -> Int { Int(try number(place, 4)) }

    private func number(_ place: Int, _ count: Int) throws(DatabaseError) -> UInt64 {
        let slice = try slice(place, count)
        return isLittleEndian
            ? slice.reversed().reduce(0) { $0 << 8 | UInt64($1) } : slice.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
