// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Bytes of databases of packages, as the managers write them.
enum DatabaseFixture {
    static let hasPython = FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")

    static func little(_ number: Int, _ count: Int = 4) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    static func big(_ number: Int, _ count: Int = 4) -> [UInt8] { little(number, count).reversed() }

    /// A header of rpm with texts, and with an epoch where there is one. `padding` makes it larger.
    static func rpmHeader(_ texts: [Int: String], epoch: Int? = nil, padding: Int = 0) -> [UInt8] {
        var entries: [UInt8] = []
        var data: [UInt8] = []
        var count = 0
        for (tag, text) in texts.sorted(by: { $0.key < $1.key }) {
            // The summary is in several languages, everything else is one text.
            entries += big(tag) + big(tag == 1004 ? 9 : 6) + big(data.count) + big(1)
            data += Array(text.utf8) + [0]
            count += 1
        }
        if let epoch {
            while data.count % 4 != 0 { data.append(0) }
            entries += big(1003) + big(4) + big(data.count) + big(1)
            data += big(epoch)
            count += 1
        }
        data += [UInt8](repeating: 7, count: padding)
        return big(count) + big(data.count) + entries + data
    }

    static func rpmPackage(_ name: String, _ version: String, padding: Int = 0) -> [UInt8] {
        rpmHeader(
            [
                1000: name, 1001: version, 1002: "1.el9", 1004: "A summary", 1011: "A vendor", 1014: "MIT",
                1020: "https://example.org", 1022: "x86_64", 1044: "\(name)-\(version)-1.el9.src.rpm",
            ], epoch: name == "bash" ? 2 : nil, padding: padding)
    }

    /// A database of rpm's ndb.
    static func ndb(_ blobs: [[UInt8]]) -> [UInt8] {
        var slots = little(0x506D_7052) + little(0) + little(1) + little(1) + little(blobs.count + 1)
        slots += [UInt8](repeating: 0, count: 32 - slots.count)
        var data: [UInt8] = []
        // The last first: a package that was installed anew takes the place that fits.
        for (index, blob) in blobs.enumerated().reversed() {
            let start = (4096 + data.count) / 16
            var part = little(0x5362_6C42) + little(index + 1) + little(0) + little(blob.count) + blob
            part += little(0) + little(blob.count) + little(0x4562_6C42)
            while part.count % 16 != 0 { part.append(0) }
            data += part
            slots += little(0x746F_6C53) + little(index + 1) + little(start) + little(part.count / 16)
        }
        while slots.count < 4096 { slots += little(0x746F_6C53) + little(0) + little(0) + little(0) }
        return slots + data
    }

    /// A hash table of Berkeley DB with pages of 512 bytes; what does not fit on one is on pages of its own.
    static func berkeley(_ blobs: [[UInt8]], bigEndian: Bool = false) -> [UInt8] {
        func number(_ value: Int, _ count: Int = 4) -> [UInt8] { bigEndian ? big(value, count) : little(value, count) }
        let size = 512
        func page(_ place: Int, _ kind: UInt8, next: Int = 0, entries: Int, offset: Int) -> [UInt8] {
            [UInt8](repeating: 0, count: 8) + number(place) + number(0) + number(next) + number(entries, 2)
                + number(offset, 2) + [0, kind]
        }
        var overflow: [[UInt8]] = []
        var items: [[UInt8]] = []
        for (index, blob) in blobs.enumerated() {
            items.append([1] + number(index))
            if blob.count < 60 {
                items.append([1] + blob)
                continue
            }
            items.append([3, 0, 0, 0] + number(2 + overflow.count) + number(blob.count))
            var rest = blob[...]
            while !rest.isEmpty {
                let part = Array(rest.prefix(size - 26))
                rest = rest.dropFirst(part.count)
                let place = 2 + overflow.count
                let made = page(place, 7, next: rest.isEmpty ? 0 : place + 1, entries: 1, offset: part.count) + part
                overflow.append(made + [UInt8](repeating: 0, count: size - made.count))
            }
        }
        var hash = page(1, 13, entries: items.count, offset: 0)
        var end = size
        var body: [UInt8] = []
        for item in items {
            end -= item.count
            hash += number(end, 2)
            body = item + body
        }
        hash += [UInt8](repeating: 0, count: size - hash.count - body.count) + body
        var meta = [UInt8](repeating: 0, count: 12) + number(0x0006_1561) + number(9) + number(size)
        meta += [0, 8]
        return meta + [UInt8](repeating: 0, count: size - meta.count) + hash + overflow.flatMap { $0 }
    }
}

extension OutputFixture {
    /// A database with a table as rpm has it, and the log beside it.
    func sqlite(_ blobs: [[UInt8]], pageSize: Int, keepsLog: Bool = false) throws -> (file: [UInt8], log: [UInt8]) {
        let script = """
            import sqlite3, sys, os, shutil
            for n in ('db', 'db-wal', 'db-shm'):
                if os.path.exists(n): os.remove(n)
            d = sqlite3.connect('db', isolation_level=None)
            d.execute('pragma page_size=\(pageSize)')
            d.execute('pragma journal_mode=wal' if \(keepsLog ? 1 : 0) else 'pragma journal_mode=delete')
            d.execute('create table Name (key text, hnum integer)')
            d.execute('create table Packages (hnum integer primary key autoincrement, blob blob not null)')
            d.execute('begin')
            lines = open('blobs').read().split()
            for n, line in enumerate(lines):
                d.execute('insert into Packages(blob) values (?)', (bytes.fromhex(line),))
                if n == len(lines) // 2: d.execute('commit'); d.execute('begin')
            d.execute('commit')
            for n in ('db', 'db-wal'):
                if os.path.exists(n): shutil.copy(n, 'copy.' + n)
            d.close()
            """
        let text = blobs.map { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        try text.joined(separator: "\n").write(toFile: path + "/blobs", atomically: false, encoding: .utf8)
        try script.write(toFile: path + "/script", atomically: false, encoding: .utf8)
        try shell("rm -f copy.*; python3 script")
        let file = try Data(contentsOf: URL(fileURLWithPath: path + "/copy.db"))
        let log = try? Data(contentsOf: URL(fileURLWithPath: path + "/copy.db-wal"))
        return (Array(file), Array(log ?? Data()))
    }
}
