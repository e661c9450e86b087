// SPDX-License-Identifier: Apache-2.0
import NIOCore
import Registry

/// The bytes of a part of a file, read no faster than they are sent.
struct FileBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    var file: String
    var range: Range<Int64>
    var progress: Progress
    var total: Int64

    func makeAsyncIterator() -> Iterator { Iterator(body: self, position: range.lowerBound) }

    struct Iterator: AsyncIteratorProtocol {
        var body: FileBody
        var position: Int64
        var source: StagedFile?

        mutating func next() async throws -> ByteBuffer? {
            guard position < body.range.upperBound else { return nil }
            if source == nil {
                let file = try StagedFile(body.file, for: .read)
                try file.seek(to: position)
                source = file
            }
            let bytes = try source?.read(upTo: Int(Swift.min(body.range.upperBound - position, 1 << 18))) ?? []
            guard !bytes.isEmpty else {
                throw FetchFailure(.file, "the file \(body.file) of the staging directory is shorter than was said")
            }
            position += Int64(bytes.count)
            body.progress.report(position, of: body.total)
            return ByteBuffer(bytes: bytes)
        }
    }
}
