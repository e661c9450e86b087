// SPDX-License-Identifier: Apache-2.0

extension SQLiteFile {
    /// The pages that were committed to the log of writes, and not yet written into the database: section 4.
    struct WriteLog {
        private let bytes: [UInt8]
        private let pageSize: Int
        /// Where in the log the last committed copy of a page is.
        private let places: [Int: Int]

        private static let headerSize = 32
        private static let frameHeaderSize = 24

        /// Reads as many whole transactions as there are. A log that is empty, or of another database, has none.
        init(_ bytes: [UInt8], pageSize: Int) {
            self.bytes = bytes
            self.pageSize = pageSize
            places = (try? Self.commits(DatabaseBytes(bytes, littleEndian: false), pageSize)) ?? [:]
        }

        var count: Int { bytes.count }

        func page(_ number: Int) -> [UInt8]? {
            places[number].map { Array(bytes[$0..<($0 + pageSize)]) }
        }

        private static func commits(_ log: DatabaseBytes, _ pageSize: Int) throws(DatabaseError) -> [Int: Int] {
            let magic = try log.uint32(0)
            guard magic & ~1 == 0x377F_0682, try log.uint32(8) == pageSize else { return [:] }
            var sum = Checksum(littleEndian: magic & 1 == 0)
            sum.add(try log.slice(0, 24))
            guard try sum.isAt(24, of: log) else { return [:] }
            let salt = try log.slice(16, 8)
            var result: [Int: Int] = [:]
            var pending: [Int: Int] = [:]
            var place = headerSize
            while place + frameHeaderSize + pageSize <= log.count {
                // Behind the last frame are those of an earlier round, which have another salt.
                guard try log.slice(place + 8, 8).elementsEqual(salt) else { break }
                sum.add(try log.slice(place, 8))
                sum.add(try log.slice(place + frameHeaderSize, pageSize))
                guard try sum.isAt(place + 16, of: log) else { break }
                pending[try log.uint32(place)] = place + frameHeaderSize
                // A frame that ends a transaction says how many pages the database has.
                if try log.uint32(place + 4) != 0 {
                    result.merge(pending) { $1 }
                    pending = [:]
                }
                place += frameHeaderSize + pageSize
            }
            return result
        }
    }

    /// The checksum of a log of writes: section 4.2.
    private struct Checksum {
        private let isLittleEndian: Bool
        private var first: UInt32 = 0
        private var second: UInt32 = 0

        init(littleEndian: Bool) { isLittleEndian = littleEndian }

        /// Takes in a multiple of eight bytes.
        mutating func add(_ bytes: ArraySlice<UInt8>) {
            var place = bytes.startIndex
            while place + 8 <= bytes.endIndex {
                first = first &+ word(bytes, place) &+ second
                second = second &+ word(bytes, place + 4) &+ first
                place += 8
            }
        }

        private func word(_ bytes: ArraySlice<UInt8>, _ place: Int) -> UInt32 {
            var result: UInt32 = 0
            for index in 0..<4 {
                result |= UInt32(bytes[place + index]) << UInt32(isLittleEndian ? 8 * index : 24 - 8 * index)
            }
            return result
        }

        func isAt(_ place: Int, of log: DatabaseBytes) throws(DatabaseError) -> Bool {
            let isSame = try (log.uint32(place), log.uint32(place + 4)) == (Int(first), Int(second))
            return isSame
        }
    }
}
