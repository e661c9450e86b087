// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension TarReader {
    /// Puts together what `header` and the extensions before it say, and stands before the entry's data.
    func entry(_ header: TarHeader, _ extensions: TarExtensions) throws(ImageError) -> TarEntry {
        let records = extensions.records
        let name =
            records.values["GNU.sparse.name"] ?? records.values["path"] ?? extensions.longName ?? header.name
        func failure(_ words: String) -> ImageError {
            let text = ShownName.text(name)
            return ImageError(.badEntry, text, "cannot unpack \(text): \(words)")
        }
        guard !name.contains(0) else { throw failure("there is a NUL in its name") }
        guard name.count < 4096 else { throw failure("its name is longer than a path may be, 4095 bytes") }

        var entry = TarEntry(name: name, kind: .regular)
        var hasData = false
        switch header.type {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"), UInt8(ascii: "S"):
            // Before POSIX a directory was a file whose name ends with a slash.
            entry.kind = name.last == UInt8(ascii: "/") && header.type != UInt8(ascii: "S") ? .directory : .regular
            hasData = true
        case UInt8(ascii: "1"): entry.kind = .hardLink
        case UInt8(ascii: "2"): entry.kind = .symbolicLink
        case UInt8(ascii: "3"): entry.kind = .character
        case UInt8(ascii: "4"): entry.kind = .block
        case UInt8(ascii: "5"): entry.kind = .directory
        case UInt8(ascii: "6"): entry.kind = .pipe
        case UInt8(ascii: "M"): throw failure("it goes on from another volume, which is not supported")
        case UInt8(ascii: "D"): throw failure("it belongs to an incremental dump, which is not supported")
        default:
            throw failure("unknown kind of entry '\(ShownName.text([header.type]))'")
        }

        entry.mode = UInt32(truncatingIfNeeded: try header.number(100, 8, "mode")) & 0o7777
        entry.user = try id(try number("uid", records, header, 108, 8), failure)
        entry.group = try id(try number("gid", records, header, 116, 8), failure)
        entry.modified = FileTime(seconds: try header.number(136, 12, "modification time"), nanoseconds: 0)
        if let time = try records.time("mtime") { entry.modified = time }
        entry.attributes = records.attributes
        if entry.kind == .symbolicLink || entry.kind == .hardLink {
            entry.target = records.values["linkpath"] ?? extensions.longTarget ?? Array(header.text(157, 100))
            guard !entry.target.isEmpty, !entry.target.contains(0), entry.target.count < 4096 else {
                throw failure("its link is empty or longer than a path may be, 4095 bytes")
            }
        }
        if entry.kind == .character || entry.kind == .block {
            let major = try header.number(329, 8, "device number")
            let minor = try header.number(337, 8, "device number")
            // The kernel's limits: 12 bits of major, 20 of minor.
            guard (0..<(1 << 12)).contains(major), (0..<(1 << 20)).contains(minor) else {
                throw failure("its device number \(major):\(minor) is out of range")
            }
            entry.device = DeviceNumber(UInt32(major), UInt32(minor))
        }

        let size = try number("size", records, header, 124, 12)
        guard size >= 0 else { throw failure("its size is negative") }
        // A link to a file with data carries the size of that file, and no data.
        entry.dataSize = hasData && entry.kind == .regular ? size : 0
        entry.size = entry.dataSize
        setData(entry.kind == .directory && header.type != UInt8(ascii: "5") ? size : entry.dataSize)
        if entry.kind == .regular { try readHoles(header, records, &entry, failure) }
        return entry
    }

    /// The number of a pax record, or of the header's field where there is none.
    private func number(
        _ key: StaticString, _ records: PaxRecords, _ header: TarHeader, _ start: Int, _ count: Int
    ) throws(ImageError) -> Int64 {
        if let value = try records.number("\(key)") { return value }
        return try header.number(start, count, key)
    }

    private func id(_ number: Int64, _ failure: (String) -> ImageError) throws(ImageError) -> UInt32 {
        // The highest one means "leave it as it is" to chown(2).
        guard let id = UInt32(exactly: number), id != .max else { throw failure("its owner \(number) is out of range") }
        return id
    }
}
