// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Writes the headers of a tar archive in the pax format, the same bytes for the same entry (image-spec, layer.md):
/// numeric owners only, times in whole seconds, no access times.
enum TarWriter {
    /// The two blocks of zeros that end an archive.
    static let end = [UInt8](repeating: 0, count: 1024)

    /// The zeros that fill the last block of `size` bytes of data.
    static func padding(after size: Int64) -> [UInt8] { [UInt8](repeating: 0, count: Int((512 - size % 512) % 512)) }

    /// The headers of `entry`, a pax one before its own where that cannot say everything.
    static func header(_ entry: TarEntry) -> [UInt8] {
        var records: [UInt8] = []
        if entry.name.count > 100 { records += record("path", entry.name) }
        if entry.target.count > 100 { records += record("linkpath", entry.target) }
        if entry.user > 0o7777777 { records += record("uid", Array("\(entry.user)".utf8)) }
        if entry.group > 0o7777777 { records += record("gid", Array("\(entry.group)".utf8)) }
        if entry.dataSize > 0o77777777777 { records += record("size", Array("\(entry.dataSize)".utf8)) }
        let seconds = entry.modified.seconds
        if !(0...0o77777777777).contains(seconds) { records += record("mtime", Array("\(seconds)".utf8)) }
        for (key, value) in entry.attributes { records += record("SCHILY.xattr.\(key)", value) }

        guard !records.isEmpty else { return block(entry) }
        var pax = TarEntry(name: Array("./PaxHeaders/".utf8) + entry.name.suffix(80), kind: .regular)
        pax.dataSize = Int64(records.count)
        pax.mode = 0o644
        return block(pax, type: "x") + records + padding(after: Int64(records.count)) + block(entry)
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
        return Array("\(length)".utf8) + rest
    }

    private static func block(_ entry: TarEntry, type: Unicode.Scalar? = nil) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: TarHeader.size)
        func put(_ bytes: some Collection<UInt8>, at start: Int, _ count: Int) {
            for (place, byte) in bytes.prefix(count).enumerated() { block[start + place] = byte }
        }
        // A number that does not fit is in the pax header, and 0 here.
        func put(_ number: Int64, at start: Int, _ digits: Int) {
            let text = String(number, radix: 8)
            let fitting = number >= 0 && text.utf8.count <= digits ? text : "0"
            put((String(repeating: "0", count: digits - fitting.utf8.count) + fitting).utf8, at: start, digits)
        }
        put(entry.name, at: 0, 100)
        put(Int64(entry.mode), at: 100, 7)
        put(Int64(entry.user), at: 108, 7)
        put(Int64(entry.group), at: 116, 7)
        put(entry.dataSize, at: 124, 11)
        put(entry.modified.seconds, at: 136, 11)
        put([UInt8](repeating: UInt8(ascii: " "), count: 8), at: 148, 8)
        block[156] = UInt8(ascii: type ?? self.type(entry.kind))
        put(entry.target, at: 157, 100)
        put("ustar\u{0}00".utf8, at: 257, 8)
        put(Int64(entry.device.major), at: 329, 7)
        put(Int64(entry.device.minor), at: 337, 7)
        let sum = block.reduce(Int64(0)) { $0 + Int64($1) }
        put(sum, at: 148, 6)
        block[154] = 0
        return block
    }

    private static func type(_ kind: TarEntry.Kind) -> Unicode.Scalar {
        switch kind {
        case .regular: "0"
        case .hardLink: "1"
        case .symbolicLink: "2"
        case .character: "3"
        case .block: "4"
        case .directory: "5"
        case .pipe: "6"
        }
    }
}
