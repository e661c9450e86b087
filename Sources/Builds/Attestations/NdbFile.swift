// SPDX-License-Identifier: Apache-2.0

/// rpm's own database, `Packages.db`, which openSUSE uses: lib/backend/ndb/rpmpkg.c.
///
/// Pages of slots at the start say where each package is, in blocks of 16 bytes.
enum NdbFile {
    private static let pageSize = 4096
    private static let slotSize = 16
    private static let blockSize = 16

    private static let magic = number("RpmP")
    private static let slotMagic = number("Slot")
    private static let blobMagic = number("BlbS")

    private static func number(_ text: String) -> Int {
        text.utf8.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    /// The headers of the packages, in the order of their numbers.
    static func headers(in bytes: [UInt8]) throws(DatabaseError) -> [[UInt8]] {
        let file = DatabaseBytes(bytes, littleEndian: true)
        guard try file.uint32(0) == magic else { throw DatabaseError("is no database of rpm's ndb") }
        let version = try file.uint32(4)
        guard version == 0 else { throw DatabaseError("is of version \(version) of ndb, which is not known here") }
        let pages = try file.uint32(12)
        guard pages > 0, pages <= file.count / pageSize else { throw .truncated }
        var found: [(index: Int, bytes: [UInt8])] = []
        var budget = ReadBudget(file.count)
        // The header takes the room of the first two slots.
        for place in stride(from: 2 * slotSize, to: pages * pageSize, by: slotSize) {
            guard try file.uint32(place) == slotMagic else { throw DatabaseError("is damaged: a slot is none") }
            let index = try file.uint32(place + 4)
            let start = try file.uint32(place + 8) * blockSize
            if start == 0 { continue }
            guard try file.uint32(start) == blobMagic, try file.uint32(start + 4) == index else {
                throw DatabaseError("is damaged: a package is not where its slot says")
            }
            let size = try file.uint32(start + 12)
            try budget.take(size)
            found.append((index, Array(try file.slice(start + 16, size))))
        }
        return found.sorted { $0.index < $1.index }.map(\.bytes)
    }
}
