// SPDX-License-Identifier: Apache-2.0

extension TarReader {
    private static let partLimit = 1 << 20

    /// Reads where the data of a file with holes goes: GNU's own format, and its formats 0.0, 0.1 and 1.0 for pax
    /// (GNU tar manual, appendix D).
    func readHoles(
        _ header: TarHeader, _ records: PaxRecords, _ entry: inout TarEntry, _ failure: (String) -> ImageError
    ) throws(ImageError) {
        var numbers: [Int64]
        if header.type == UInt8(ascii: "S") {
            numbers = try gnuMap(header, failure)
            entry.size = try header.number(483, 12, "real size")
        } else if records.text("GNU.sparse.major") == "1", records.text("GNU.sparse.minor") == "0" {
            let (map, length) = try dataMap(failure)
            numbers = map
            entry.dataSize -= length
            entry.size = try records.number("GNU.sparse.realsize") ?? -1
        } else if let major = records.text("GNU.sparse.major"), major != "0" {
            throw failure("its sparse format \(major) is unknown")
        } else if records.text("GNU.sparse.size") != nil || records.text("GNU.sparse.realsize") != nil {
            let key = records.text("GNU.sparse.size") != nil ? "GNU.sparse.size" : "GNU.sparse.realsize"
            numbers = records.sparseNumbers
            if let map = records.text("GNU.sparse.map") {
                numbers = map.split(separator: ",").map { Int64($0) ?? -1 }
            }
            entry.size = try records.number(key) ?? -1
        } else {
            return
        }
        entry.parts = try parts(numbers, of: entry, failure)
    }

    private func parts(
        _ numbers: [Int64], of entry: TarEntry, _ failure: (String) -> ImageError
    ) throws(ImageError) -> [TarEntry.Part] {
        var result: [TarEntry.Part] = []
        var end: Int64 = 0
        var total: Int64 = 0
        let damaged = failure("the map of its holes is damaged")
        guard numbers.count.isMultiple(of: 2), numbers.count <= Self.partLimit * 2, entry.size >= 0 else {
            throw damaged
        }
        for index in stride(from: 0, to: numbers.count, by: 2) {
            let part = TarEntry.Part(offset: numbers[index], length: numbers[index + 1])
            guard part.offset >= end, part.length >= 0, part.offset <= entry.size,
                part.length <= entry.size - part.offset
            else { throw damaged }
            end = part.offset + part.length
            total += part.length
            if part.length > 0 { result.append(part) }
        }
        guard total == entry.dataSize else { throw damaged }
        return result
    }

    private func gnuMap(_ header: TarHeader, _ failure: (String) -> ImageError) throws(ImageError) -> [Int64] {
        var numbers: [Int64] = []
        func add(_ pairs: ArraySlice<UInt8>) throws(ImageError) {
            var rest = pairs
            while rest.count >= 24, rest.prefix(24).contains(where: { $0 != 0 }) {
                guard let offset = TarHeader.number(rest.prefix(12)),
                    let length = TarHeader.number(rest.dropFirst(12).prefix(12)), numbers.count < Self.partLimit * 2
                else { throw failure("the map of its holes is damaged") }
                numbers += [offset, length]
                rest = rest.dropFirst(24)
            }
        }
        try add(header.field(386, 96))
        var goesOn = header.block[header.block.startIndex + 482] != 0
        while goesOn {
            guard let block = try take(512) else { break }
            try add(block.prefix(504))
            goesOn = block[block.startIndex + 504] != 0
        }
        return numbers
    }

    /// The map of format 1.0: lines of decimal numbers in whole blocks before the data.
    private func dataMap(_ failure: (String) -> ImageError) throws(ImageError) -> (numbers: [Int64], length: Int64) {
        var numbers: [Int64] = []
        var wanted = 1
        var length: Int64 = 0
        var digits: [UInt8] = []
        while numbers.count < wanted {
            for byte in try takeData(512) {
                guard numbers.count < wanted else { break }
                if byte != UInt8(ascii: "\n") {
                    digits.append(byte)
                    guard digits.count < 20 else { throw failure("the map of its holes is damaged") }
                    continue
                }
                guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
                    throw failure("the map of its holes is damaged")
                }
                digits = []
                numbers.append(number)
                if numbers.count == 1 {
                    guard number <= Int64(Self.partLimit) else { throw failure("the map of its holes is damaged") }
                    wanted = 1 + Int(number) * 2
                }
            }
            length += 512
        }
        return (Array(numbers.dropFirst()), length)
    }
}
