// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Writes the headers of a tar archive in the pax format, the same bytes for the same entry (image-spec, layer.md):
/// numeric owners only, times in whole seconds, no access times.
enum TarWriter {
    /// The two blocks of zeros that end an archive.
    static let end = [UInt8](repeating: 0, count: 1024)

    /// The zeros that fill the last block of `size` bytes of data.
    static func padding(after size: Int64) -> [UInt8] { [UInt8](repeating: 0, count: paddingCount(after: size)) }

    /// How many zeros fill the last block of `size` bytes of data.
    static func paddingCount(after size: Int64) -> Int { Int((512 - size % 512) % 512) }

    /// The headers of `entry`, a pax one before its own where that cannot say everything.
    static func header(_ entry: TarEntry) -> [UInt8] {
        var result: [UInt8] = []
        append(entry, to: &result)
        return result
    }

    /// Puts the headers of `entry` at the end of `bytes`.
    static func append(_ entry: TarEntry, to bytes: inout [UInt8]) {
        var records: [UInt8] = []
        if entry.name.count > 100 { records += record("path", entry.name) }
        if entry.target.count > 100 { records += record("linkpath", entry.target) }
        if entry.user > 0o7777777 { records += record("uid", Array("\(entry.user)".utf8)) }
        if entry.group > 0o7777777 { records += record("gid", Array("\(entry.group)".utf8)) }
        if entry.dataSize > 0o77777777777 { records += record("size", Array("\(entry.dataSize)".utf8)) }
        let seconds = entry.modified.seconds
        if !(0...0o77777777777).contains(seconds) { records += record("mtime", Array("\(seconds)".utf8)) }
        for (key, value) in entry.attributes { records += record("SCHILY.xattr.\(key)", value) }

        if !records.isEmpty {
            var pax = TarEntry(name: Array("./PaxHeaders/".utf8) + entry.name.suffix(80), kind: .regular)
            pax.dataSize = Int64(records.count)
            pax.mode = 0o644
            appendBlock(pax, type: UInt8(ascii: "x"), to: &bytes)
            bytes += records
            bytes += padding(after: Int64(records.count))
        }
        appendBlock(entry, type: type(entry.kind), to: &bytes)
    }

    /// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
    private static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(key)=".utf8) + value + [UInt8(ascii: "\n")]
        var length = rest.count
        while "\(length)".utf8.count + rest.count != length { length = "\(length)".utf8.count + rest.count }
        return Array("\(length)".utf8) + rest
    }

    private static let zeros = [UInt8](repeating: 0, count: TarHeader.size)
    private static let magic = Array("ustar\u{0}00".utf8)

    private static func appendBlock(_ entry: TarEntry, type: UInt8, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes += zeros
        func put(_ text: [UInt8], at place: Int, _ count: Int) {
            for index in 0..<min(text.count, count) { bytes[start + place + index] = text[index] }
        }
        // A number that does not fit is in the pax header, and 0 here.
        func put(_ number: Int64, at place: Int, _ digits: Int) {
            var rest = number >= 0 && number >> (3 * digits) == 0 ? number : 0
            for index in (0..<digits).reversed() {
                bytes[start + place + index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest & 7)
                rest >>= 3
            }
        }
        put(entry.name, at: 0, 100)
        put(Int64(entry.mode), at: 100, 7)
        put(Int64(entry.user), at: 108, 7)
        put(Int64(entry.group), at: 116, 7)
        put(entry.dataSize, at: 124, 11)
        put(entry.modified.seconds, at: 136, 11)
        bytes[start + 156] = type
        put(entry.target, at: 157, 100)
        put(magic, at: 257, 8)
        put(Int64(entry.device.major), at: 329, 7)
        put(Int64(entry.device.minor), at: 337, 7)
        // The sum counts its own field as spaces.
        var sum = 8 * Int64(UInt8(ascii: " "))
        for byte in bytes[start...] { sum += Int64(byte) }
        put(sum, at: 148, 6)
        bytes[start + 155] = UInt8(ascii: " ")
    }

    private static func type(_ kind: TarEntry.Kind) -> UInt8 {
        switch kind {
        case .regular: UInt8(ascii: "0")
        case .hardLink: UInt8(ascii: "1")
        case .symbolicLink: UInt8(ascii: "2")
        case .character: UInt8(ascii: "3")
        case .block: UInt8(ascii: "4")
        case .directory: UInt8(ascii: "5")
        case .pipe: UInt8(ascii: "6")
        }
    }
}
