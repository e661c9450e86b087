// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux

/// A file of a log that is read, as its lines were written, compressed or not.
///
/// While it is read it is not exchanged for its compressed form, which would be another file: whoever does that asks for
/// the lock that a reader shares.
struct LogFile: ~Copyable {
    let descriptor: Descriptor
    private var decompressor: GzipReader?
    /// What was read of it and not decompressed yet.
    private var input: ArraySlice<UInt8> = []
    /// What was decompressed too much, and comes next.
    private var unread: ArraySlice<UInt8> = []

    private init(_ descriptor: consuming Descriptor, _ decompressor: GzipReader?) {
        self.descriptor = descriptor
        self.decompressor = decompressor
    }

    /// Opens the file of that age in either form; nil where there is none.
    static func open(_ age: Int, in directory: borrowing Descriptor) throws(SystemError) -> LogFile? {
        while let opened = try open(LogFiles.name(age), in: directory) {
            _ = try opened.lock(.shared)
            // Otherwise it was compressed since it was opened.
            if try opened.status().links > 0 { return LogFile(opened, nil) }
        }
        guard age > 0, let opened = try open(LogFiles.compressedName(age), in: directory) else { return nil }
        return LogFile(opened, try makeReader())
    }

    private static func makeReader() throws(SystemError) -> GzipReader {
        do throws(CompressionError) { return try GzipReader() } catch { throw SystemError("inflateInit2", .noMemory) }
    }

    private static func open(_ name: String, in directory: borrowing Descriptor) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return try directory.open(name, [.readOnly, .noFollow])
        } catch {
            if error.errno == .noEntry { return nil }
            throw error
        }
    }

    /// Whether it can be read from any place on.
    var isSeekable: Bool { decompressor == nil }

    /// What comes next; empty at the end, behind which there may be more later.
    mutating func read() throws(SystemError) -> [UInt8] {
        guard let decompressor else { return try descriptor.read(upTo: 1 << 16) }
        if !unread.isEmpty {
            defer { unread = [] }
            return Array(unread)
        }
        var output = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            if input.isEmpty {
                input = try descriptor.read(upTo: 1 << 16)[...]
                if input.isEmpty { return [] }
            }
            do throws(CompressionError) {
                let count = try decompressor.decompress(&input, into: &output)
                if count > 0 { return Array(output[..<count]) }
            } catch {
                throw SystemError("inflate", .inputOutput)
            }
        }
    }

    /// Goes to the last `wanted` lines of a compressed file, which has to be read twice for it.
    /// - Returns: how many of them it has.
    mutating func goTo(last wanted: Int) throws(SystemError) -> Int {
        let newline = UInt8(ascii: "\n")
        var count = 0
        while true {
            let part = try read()
            if part.isEmpty { break }
            for byte in part where byte == newline { count += 1 }
        }
        try descriptor.seek(to: 0)
        decompressor = try Self.makeReader()
        input = []
        var skipped = max(0, count - wanted)
        while skipped > 0 {
            unread = try read()[...]
            if unread.isEmpty { break }
            while skipped > 0, let end = unread.firstIndex(of: newline) {
                unread = unread[(end + 1)...]
                skipped -= 1
            }
            if skipped > 0 { unread = [] }
        }
        return min(count, wanted)
    }
}
