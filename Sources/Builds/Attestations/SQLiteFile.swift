// SPDX-License-Identifier: Apache-2.0

/// A database of SQLite, of which the rows of a table are read: sqlite.org/fileformat2.html.
///
/// Only what a list of packages needs: tables with row ids, no indexes, nothing written. What a log of writes beside it
/// (`-wal`) has committed counts.
struct SQLiteFile {
    /// A value of a row.
    enum Value: Hashable {
        case null
        case integer(Int64)
        case real
        case bytes([UInt8])
    }

    private static let magic = Array("SQLite format 3\u{0}".utf8)
    private let file: DatabaseBytes
    private let pageSize: Int
    /// Bytes of a page that are not for others (section 1.3.4).
    private let usableSize: Int
    private let log: WriteLog

    init(_ bytes: [UInt8], log: [UInt8] = []) throws(DatabaseError) {
        guard bytes.starts(with: Self.magic) else { throw DatabaseError("is no SQLite database") }
        file = DatabaseBytes(bytes, littleEndian: false)
        let size = try file.uint16(16)
        pageSize = size == 1 ? 65536 : size
        guard pageSize >= 512, pageSize & (pageSize - 1) == 0 else { throw DatabaseError("is damaged: its page size") }
        usableSize = pageSize - Int(try file.byte(20))
        guard usableSize >= 480 else { throw DatabaseError("is damaged: its page size") }
        self.log = WriteLog(log, pageSize: pageSize)
    }

    /// Hands the values of each row of `table` to `body`, in the order of the row ids.
    func rows(of table: String, _ body: ([Value]) throws(DatabaseError) -> Void) throws(DatabaseError) {
        let name = Value.bytes(Array(table.utf8))
        let kind = Value.bytes(Array("table".utf8))
        var root: Int?
        // The schema is a table itself, of type, name, table, root page and text (section 2.6).
        var budget = budget
        try walk(1, &budget) { row throws(DatabaseError) in
            guard row.count >= 4, row[0] == kind, row[1] == name, case .integer(let page) = row[3] else { return }
            root = Int(exactly: page)
        }
        guard let root else { throw DatabaseError("has no table \(table)") }
        budget = self.budget
        try walk(root, &budget, body)
    }

    /// Each page once, and what is on it once more.
    private var budget: ReadBudget { ReadBudget(2 * (file.count + log.count)) }

    /// The bytes of page `number`, which counts from 1.
    private func page(_ number: Int) throws(DatabaseError) -> DatabaseBytes {
        guard number > 0, number <= Int(UInt32.max) else { throw .truncated }
        if let page = log.page(number) { return DatabaseBytes(page, littleEndian: false) }
        return DatabaseBytes(Array(try file.slice((number - 1) * pageSize, pageSize)), littleEndian: false)
    }

    /// Goes through the tree below page `number` (section 1.6).
    private func walk(
        _ number: Int, _ budget: inout ReadBudget, _ body: ([Value]) throws(DatabaseError) -> Void
    ) throws(DatabaseError) {
        try budget.take(pageSize)
        let page = try page(number)
        // The first page begins with the header of the file.
        let start = number == 1 ? 100 : 0
        let kind = try page.byte(start)
        let cells = try page.uint16(start + 3)
        switch kind {
        case 0x0D:
            for cell in 0..<cells {
                try body(try row(page, at: try page.uint16(start + 8 + cell * 2), &budget))
            }
        case 0x05:
            for cell in 0..<cells {
                try walk(try page.uint32(try page.uint16(start + 12 + cell * 2)), &budget, body)
            }
            try walk(try page.uint32(start + 8), &budget, body)
        default: throw DatabaseError("is damaged: a page of a table is of kind \(kind)")
        }
    }

    /// The values of the cell at `place`, and of the pages on which it goes on.
    private func row(
        _ page: DatabaseBytes, at place: Int, _ budget: inout ReadBudget
    ) throws(DatabaseError) -> [Value] {
        var place = place
        let size = try Self.variable(page, &place)
        _ = try Self.variable(page, &place)
        guard size <= Int64(Int32.max) else { throw .truncated }
        let total = Int(size)
        // How much of it is on this page: section 1.6, "Cell payload overflow".
        var local = total
        if total > usableSize - 35 {
            let least = (usableSize - 12) * 32 / 255 - 23
            let wanted = least + (total - least) % (usableSize - 4)
            local = wanted <= usableSize - 35 ? wanted : least
        }
        try budget.take(local)
        var payload = Array(try page.slice(place, local))
        guard local < total else { return try Self.values(of: payload) }
        var next = try page.uint32(place + local)
        while payload.count < total {
            try budget.take(pageSize)
            let more = try self.page(next)
            next = try more.uint32(0)
            payload += try more.slice(4, min(usableSize - 4, total - payload.count))
        }
        return try Self.values(of: payload)
    }

    /// Takes a record apart (section 2.1).
    private static func values(of payload: [UInt8]) throws(DatabaseError) -> [Value] {
        let record = DatabaseBytes(payload, littleEndian: false)
        var place = 0
        let headerSize = try variable(record, &place)
        guard headerSize >= 0, headerSize <= payload.count else { throw .truncated }
        var data = Int(headerSize)
        var result: [Value] = []
        while place < headerSize {
            let type = try variable(record, &place)
            let size: Int
            switch type {
            case 0, 8, 9: size = 0
            case 1...4: size = Int(type)
            case 5: size = 6
            case 6, 7: size = 8
            case 12...: size = Int(min((type - 12) / 2, Int64(Int32.max)))
            default: throw DatabaseError("is damaged: a value is of type \(type)")
            }
            let bytes = try record.slice(data, size)
            data += size
            switch type {
            case 0: result.append(.null)
            case 8, 9: result.append(.integer(type - 8))
            case 7: result.append(.real)
            case 1...6:
                let isNegative = (bytes.first ?? 0) & 0x80 != 0
                result.append(.integer(bytes.reduce(isNegative ? -1 : 0) { $0 << 8 | Int64($1) }))
            default: result.append(.bytes(Array(bytes)))
            }
        }
        return result
    }

    /// A number of one to nine bytes, seven bits each and all eight of the last (section 1.6).
    private static func variable(_ bytes: DatabaseBytes, _ place: inout Int) throws(DatabaseError) -> Int64 {
        var value: UInt64 = 0
        for count in 1...9 {
            let byte = try bytes.byte(place)
            place += 1
            if count == 9 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte & 0x80 == 0 { break }
        }
        return Int64(bitPattern: value)
    }
}
