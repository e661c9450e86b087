// SPDX-License-Identifier: Apache-2.0

/// A hash table of Berkeley DB, `Packages`, as rpm used it until 2020: the values are read, page by page.
///
/// Berkeley DB's dbinc/db_page.h. Which bucket a page belongs to does not matter to who wants them all.
enum BerkeleyHash {
    private static let magic = 0x0006_1561
    private static let pageHeaderSize = 26

    /// What kinds of pages there are, as far as they matter.
    private enum PageKind: UInt8 { case unsortedHash = 2, overflow = 7, hashMeta = 8, hash = 13 }
    private enum ItemKind: UInt8 { case inline = 1, overflow = 3 }

    /// The values of all keys, in the order of the file.
    static func values(in bytes: [UInt8]) throws(DatabaseError) -> [[UInt8]] {
        var file = DatabaseBytes(bytes, littleEndian: true)
        if try file.uint32(12) != magic { file.isLittleEndian = false }
        guard try file.uint32(12) == magic else { throw DatabaseError("is no hash table of Berkeley DB") }
        guard try file.byte(24) == 0 else { throw DatabaseError("is encrypted") }
        guard try file.byte(25) == PageKind.hashMeta.rawValue else {
            throw DatabaseError("is damaged: its first page is of another kind")
        }
        let pageSize = try file.uint32(20)
        guard (512...65536).contains(pageSize), pageSize & (pageSize - 1) == 0 else {
            throw DatabaseError("is damaged: its page size")
        }
        var result: [[UInt8]] = []
        var budget = ReadBudget(file.count)
        for page in 1..<max(1, file.count / pageSize) {
            let start = page * pageSize
            switch PageKind(rawValue: try file.byte(start + 25)) {
            case .hash, .unsortedHash: try read(file, start, pageSize, &budget, into: &result)
            default: continue
            }
        }
        return result
    }

    /// Keys and values take turns on a page; their places are at its start, they themselves grow from its end.
    private static func read(
        _ file: DatabaseBytes, _ start: Int, _ pageSize: Int, _ budget: inout ReadBudget, into result: inout [[UInt8]]
    ) throws(DatabaseError) {
        let count = try file.uint16(start + 20)
        for item in stride(from: 1, to: count, by: 2) {
            let offset = try file.uint16(start + pageHeaderSize + item * 2)
            let end = try file.uint16(start + pageHeaderSize + (item - 1) * 2)
            guard offset < end, end <= pageSize else { throw DatabaseError("is damaged: an item is not on its page") }
            switch ItemKind(rawValue: try file.byte(start + offset)) {
            case .inline:
                try budget.take(end - offset)
                result.append(Array(try file.slice(start + offset + 1, end - offset - 1)))
            case .overflow:
                let length = try file.uint32(start + offset + 8)
                try budget.take(length)
                result.append(try chain(file, from: try file.uint32(start + offset + 4), length: length, pageSize))
            // Duplicates of a key, which rpm never has.
            case nil: continue
            }
        }
    }

    /// What is too large for a page is on pages of its own, each of which names the next.
    private static func chain(
        _ file: DatabaseBytes, from first: Int, length: Int, _ pageSize: Int
    ) throws(DatabaseError) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(length)
        var page = first
        while result.count < length {
            let start = page * pageSize
            guard page > 0, try file.byte(start + 25) == PageKind.overflow.rawValue else {
                throw DatabaseError("is damaged: a value goes on nowhere")
            }
            let count = try file.uint16(start + 22)
            guard count > 0, count <= pageSize - pageHeaderSize else { throw .looping }
            result += try file.slice(start + pageHeaderSize, min(count, length - result.count))
            page = try file.uint32(start + 16)
        }
        return result
    }
}
