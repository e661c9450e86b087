// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Images

/// The tar format itself, without a file system.
@Suite struct TarTests {
    /// The bytes of an array, whole.
    private final class Bytes: ByteSource {
        private var rest: ArraySlice<UInt8>
        init(_ bytes: [UInt8]) { rest = bytes[...] }
        func read(into buffer: inout [UInt8]) throws(ImageError) -> Int {
            let part = rest.prefix(buffer.count)
            buffer.replaceSubrange(..<part.count, with: part)
            rest = rest.dropFirst(part.count)
            return part.count
        }
    }

    private func field(_ bytes: [UInt8]) -> Int64? { TarHeader.number(bytes[...]) }

    @Test func readsNumbersOfBothKinds() {
        #expect(field(Array("0000644\0".utf8)) == 0o644)
        #expect(field(Array("   644 \0".utf8)) == 0o644)
        #expect(field([UInt8](repeating: 0, count: 8)) == 0)
        #expect(field(Array("77777777777".utf8)) == 0o77777777777)
        #expect(field(Array("0000648\0".utf8)) == nil)
        #expect(field(Array("-000644\0".utf8)) == nil)
        #expect(field([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]) == 258)
        #expect(field([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == -1)
        #expect(field([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00]) == -256)
        #expect(field([0x80, 0, 0, 0, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]) == .max)
        #expect(field([0x80, 0, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0]) == nil)
    }

    @Test func readsPaxRecords() throws {
        var records = PaxRecords()
        try records.read(Array("11 path=a\n\n20 mtime=-1.2500000\n24 SCHILY.xattr.user.a=\n12 size=123\n".utf8))
        #expect(records.text("path") == "a\n")
        #expect(try records.number("size") == 123)
        #expect(try records.time("mtime") == FileTime(seconds: -2, nanoseconds: 750_000_000))
        #expect(records.attributes.map(\.key) == ["user.a"])
        try records.read(Array("8 path=\n".utf8))
        #expect(records.text("path") == nil)
        for text in ["5 a=b", "99 a=b\n", "x a=b\n", "6 abcd\n", "0 a=b\n", "-5 a=b\n", "7 a=b\nx"] {
            #expect(throws: ImageError.self, "\(text)") {
                var records = PaxRecords()
                try records.read(Array(text.utf8))
            }
        }
    }

    @Test func whatIsWrittenIsReadBack() throws {
        var long = TarEntry(name: Array((String(repeating: "dir/", count: 60) + "é").utf8), kind: .symbolicLink)
        long.target = Array(String(repeating: "t", count: 300).utf8)
        long.user = 3_000_000
        long.group = 4_294_967_294
        long.mode = 0o777
        long.modified = FileTime(seconds: -5, nanoseconds: 0)
        long.attributes = [("user.b", [0, 255, 10]), ("user.a", [])]
        var device = TarEntry(name: Array("dev/null".utf8), kind: .character)
        device.device = DeviceNumber(1, 3)
        var file = TarEntry(name: Array("f".utf8), kind: .regular)
        file.dataSize = 3
        file.modified = FileTime(seconds: 1_700_000_000, nanoseconds: 0)
        let bytes =
            TarWriter.header(long) + TarWriter.header(device) + TarWriter.header(file) + [1, 2, 3]
            + TarWriter.padding(after: 3) + TarWriter.end
        let reader = TarReader(Bytes(bytes))
        let first = try #require(try reader.next())
        #expect(first.name == long.name && first.target == long.target && first.kind == .symbolicLink)
        #expect(first.user == long.user && first.group == long.group && first.modified == long.modified)
        #expect(first.attributes.map(\.key) == ["user.b", "user.a"] && first.attributes[0].value == [0, 255, 10])
        #expect(try reader.next()?.device == DeviceNumber(1, 3))
        let third = try #require(try reader.next())
        #expect(third.dataSize == 3 && third.modified == file.modified)
        var data: [UInt8] = []
        while try reader.readData({ data += $0 }) > 0 {}
        #expect(data == [1, 2, 3])
        #expect(try reader.next() == nil)
    }

    @Test func globalHeadersHoldUntilAnEntrySaysOtherwise() throws {
        func pax(_ type: UInt8, _ records: String) -> [UInt8] {
            var header = TarEntry(name: Array("pax".utf8), kind: .regular)
            header.dataSize = Int64(records.utf8.count)
            var block = TarWriter.header(header)
            block[156] = type
            let sum = block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
            let text = String(sum, radix: 8)
            for (place, byte) in (String(repeating: "0", count: 6 - text.count) + text).utf8.enumerated() {
                block[148 + place] = byte
            }
            return block + Array(records.utf8) + TarWriter.padding(after: header.dataSize)
        }
        let entry = TarWriter.header(TarEntry(name: Array("x".utf8), kind: .directory))
        let bytes =
            pax(UInt8(ascii: "g"), "9 uid=70\n") + entry + pax(UInt8(ascii: "x"), "9 uid=71\n") + entry + entry
            + TarWriter.end
        let reader = TarReader(Bytes(bytes))
        var users: [UInt32] = []
        while let entry = try reader.next() { users.append(entry.user) }
        #expect(users == [70, 71, 70])
    }

    @Test func writesTimesAsDocumentsHaveThem() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] as [(Int64, String)] {
            #expect(Timestamp.text(FileTime(seconds: seconds, nanoseconds: 0)) == text)
        }
    }
}
