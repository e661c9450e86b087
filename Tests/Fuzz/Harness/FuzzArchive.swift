// SPDX-License-Identifier: Apache-2.0
@testable import Images

/// An archive is read to its end or refused, entries with their data; what is written of an entry is read back.
@Sendable func fuzzArchive(_ bytes: [UInt8]) {
    let reader = TarReader(Bytes(bytes))
    var left = 64
    do throws(ImageError) {
        while let entry = try reader.next(), left > 0 {
            left -= 1
            var size: Int64 = 0
            while true {
                let count = try reader.readData { _ in }
                if count == 0 { break }
                size += count
            }
            expect(size <= bytes.count, "an entry has more data than the archive")
            if entry.kind != .regular { checkWriting(entry) }
        }
    } catch {
        expect(!error.description.isEmpty, "an error says nothing")
    }
}

/// An entry without data, written and read.
private func checkWriting(_ entry: TarEntry) {
    var bytes: [UInt8] = []
    TarWriter.append(entry, to: &bytes)
    bytes += [UInt8](repeating: 0, count: 1024)
    guard let again = try? TarReader(Bytes(bytes)).next() else {
        expect(false, "what was written of an entry is no archive")
        return
    }
    expect(again.name == entry.name && again.target == entry.target, "an entry has another name after writing")
}

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
