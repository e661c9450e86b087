// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Reads a tar archive entry by entry: ustar, GNU and pax, with files that have holes.
///
/// It trusts nothing: every size has a limit or is only counted, and what it cannot represent is an error.
final class TarReader {
    /// A long name or a pax header above this is an attack, not a name: PATH_MAX is 4 KiB, xattrs are at most 64 KiB.
    static let extensionLimit: Int64 = 1 << 20
    /// How many extension headers one entry may have.
    static let extensionCountLimit = 16

    private let source: any ByteSource
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)
    private var position = 0
    private var filled = 0
    /// Data of the current entry that was not read yet, and what pads it to a whole block.
    private var remaining: Int64 = 0
    private var padding: Int64 = 0
    var globals = PaxRecords()
    /// Bytes of all global headers so far: what they say stays to the end.
    var globalsSize: Int64 = 0

    init(_ source: any ByteSource) { self.source = source }

    /// The next entry; nil at the end. What is left of the current one's data is skipped.
    func next() throws(ImageError) -> TarEntry? {
        try skip(remaining + padding)
        remaining = 0
        padding = 0
        var extensions = TarExtensions(records: globals)
        while true {
            guard let block = try headerBlock() else { return nil }
            let header = try TarHeader(block)
            if try takeExtension(header, into: &extensions) {
                guard extensions.count <= Self.extensionCountLimit else {
                    throw .archive(
                        "the archive is damaged: more than \(Self.extensionCountLimit) extension headers for one entry")
                }
                continue
            }
            return try entry(header, extensions)
        }
    }

    /// The next header; nil where the archive's end marker stands.
    private func headerBlock() throws(ImageError) -> ArraySlice<UInt8>? {
        guard let block = try take(TarHeader.size, orEnd: true) else {
            throw .archive("the archive is truncated: it ends without its end marker")
        }
        return TarHeader.isZero(block) ? nil : block
    }

    /// Says how much data follows the header that was just read.
    func setData(_ size: Int64) {
        remaining = size
        padding = (512 - size % 512) % 512
    }

    /// Takes `count` bytes off the current entry's data, to be read as part of the description.
    func takeData(_ count: Int) throws(ImageError) -> [UInt8] {
        guard Int64(count) <= remaining else { throw .archive("the archive is damaged: a file's map is truncated") }
        var result: [UInt8] = []
        result.reserveCapacity(count)
        while result.count < count {
            let part = try available(count - result.count)
            result += part
            remaining -= Int64(part.count)
        }
        return result
    }

    /// Hands the next piece of the current entry's data, of at most `limit` bytes, to `body`; false at its end.
    func readData(
        upTo limit: Int64 = .max, _ body: (ArraySlice<UInt8>) throws(ImageError) -> Void
    ) throws(ImageError) -> Int64 {
        let wanted = min(remaining, limit)
        guard wanted > 0 else { return 0 }
        let part = try available(Int(clamping: wanted))
        try body(part)
        remaining -= Int64(part.count)
        return Int64(part.count)
    }

    /// Reads the data of an extension header whole.
    func extensionData(_ header: TarHeader, _ what: StaticString) throws(ImageError) -> [UInt8] {
        let size = try header.number(124, 12, "size")
        guard size >= 0, size <= Self.extensionLimit else {
            throw .archive("the archive is damaged: a \(what) of \(size) bytes, \(Self.extensionLimit) is the limit")
        }
        setData(size)
        let data = try takeData(Int(size))
        try skip(padding)
        padding = 0
        return data
    }

    /// A block of `count` bytes; nil where the source ends before its first one and `orEnd` allows it.
    func take(_ count: Int, orEnd: Bool = false) throws(ImageError) -> ArraySlice<UInt8>? {
        if filled - position >= count {
            defer { position += count }
            return buffer[position..<position + count]
        }
        var block: [UInt8] = []
        while block.count < count {
            if position == filled, try !refill() {
                if block.isEmpty, orEnd { return nil }
                throw .archive("the archive is truncated: it ends in the middle of an entry")
            }
            let part = buffer[position..<min(filled, position + count - block.count)]
            block += part
            position += part.count
        }
        return block[...]
    }

    /// At least one byte and at most `count`.
    private func available(_ count: Int) throws(ImageError) -> ArraySlice<UInt8> {
        if position == filled, try !refill() {
            throw .archive("the archive is truncated: it ends in the middle of a file's data")
        }
        let part = buffer[position..<min(filled, position + count)]
        position += part.count
        return part
    }

    private func skip(_ count: Int64) throws(ImageError) {
        var left = count
        while left > 0 { left -= Int64(try available(Int(clamping: left)).count) }
    }

    private func refill() throws(ImageError) -> Bool {
        position = 0
        filled = 0
        filled = try source.read(into: &buffer)
        return filled > 0
    }
}
