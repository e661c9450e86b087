// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The records of a pax header: what they say goes before the fields of the entry's own header.
struct PaxRecords {
    var values: [String: [UInt8]] = [:]
    var attributes: [(key: FileName, value: [UInt8])] = []
    /// The map of GNU's sparse format 0.0, which repeats its keys.
    var sparseNumbers: [Int64] = []

    private static let attributePrefix = Array("SCHILY.xattr.".utf8)

    /// Reads records of the form `LENGTH KEY=VALUE\n`; an empty value takes back an earlier one.
    mutating func read(_ data: [UInt8]) throws(ImageError) {
        let failure = ImageError.archive("the archive is damaged: a malformed pax header")
        var rest = data[...]
        while !rest.isEmpty {
            guard let space = rest.firstIndex(of: UInt8(ascii: " ")),
                let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > 0, length <= rest.count,
                rest[rest.startIndex + length - 1] == UInt8(ascii: "\n"), space < rest.startIndex + length
            else { throw failure }
            let record = rest[(space + 1)..<(rest.startIndex + length - 1)]
            rest = rest.dropFirst(length)
            guard let equals = record.firstIndex(of: UInt8(ascii: "=")) else { throw failure }
            let key = record[..<equals]
            let value = Array(record[(equals + 1)...])
            if key.starts(with: Self.attributePrefix) {
                guard let name = FileName(key.dropFirst(Self.attributePrefix.count)), !name.isEmpty else {
                    throw failure
                }
                attributes.removeAll { $0.key == name }
                attributes.append((name, value))
                continue
            }
            let text = String(decoding: key, as: UTF8.self)
            if text == "GNU.sparse.offset" || text == "GNU.sparse.numbytes" {
                guard let number = Int64(String(decoding: value, as: UTF8.self)) else { throw failure }
                sparseNumbers.append(number)
            }
            values[text] = value.isEmpty ? nil : value
        }
    }

    /// The value of `key` as text.
    func text(_ key: String) -> String? { values[key].map { String(decoding: $0, as: UTF8.self) } }

    /// The whole number that `key` has.
    func number(_ key: String) throws(ImageError) -> Int64? {
        guard let text = text(key) else { return nil }
        guard let value = Int64(text) else {
            throw .archive("the archive is damaged: the pax record \(key) is no number")
        }
        return value
    }

    /// The time that `key` has: seconds with a fraction, possibly before 1970.
    func time(_ key: String) throws(ImageError) -> FileTime? {
        guard let text = text(key) else { return nil }
        let pieces = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = pieces.count == 2 ? String(pieces[1].prefix(9)) : ""
        guard let seconds = Int64(pieces[0]), let fraction = Int64(digits.isEmpty ? "0" : digits), fraction >= 0 else {
            throw .archive("the archive is damaged: the pax record \(key) is no time")
        }
        var nanoseconds = fraction
        for _ in digits.count..<9 { nanoseconds *= 10 }
        guard text.hasPrefix("-"), nanoseconds > 0 else { return FileTime(seconds: seconds, nanoseconds: nanoseconds) }
        return FileTime(seconds: seconds - 1, nanoseconds: 1_000_000_000 - nanoseconds)
    }
}

/// What the extension headers before an entry say about it.
struct TarExtensions {
    var records: PaxRecords
    var longName: [UInt8]?
    var longTarget: [UInt8]?
    /// How many headers there were.
    var count = 0
}

extension TarReader {
    /// Reads `header` where it extends the entry that follows; false where it is an entry itself.
    func takeExtension(_ header: TarHeader, into extensions: inout TarExtensions) throws(ImageError) -> Bool {
        switch header.type {
        case UInt8(ascii: "x"): try extensions.records.read(try extensionData(header, "pax header"))
        case UInt8(ascii: "g"):
            let data = try extensionData(header, "pax header")
            globalsSize += Int64(data.count)
            guard globalsSize <= Self.extensionLimit else {
                throw .archive("the archive is damaged: global headers of more than \(Self.extensionLimit) bytes")
            }
            try globals.read(data)
            extensions.records = globals
        case UInt8(ascii: "L"):
            extensions.longName = Array(try extensionData(header, "long name").prefix { $0 != 0 })
        case UInt8(ascii: "K"):
            extensions.longTarget = Array(try extensionData(header, "long link").prefix { $0 != 0 })
        // The label of a volume says nothing about files.
        case UInt8(ascii: "V"): _ = try extensionData(header, "volume label")
        default: return false
        }
        extensions.count += 1
        return true
    }
}
