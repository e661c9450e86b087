// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// Compresses in pieces of one size, so that what comes out does not depend on how the bytes come, and hashes it.
final class ArchiveCompression {
    private let compressor: any Compressor
    private var pending: [UInt8] = []
    private var hash = SHA256()
    private var size: Int64 = 0

    private static let piece = 1 << 18

    init(_ compressor: any Compressor) {
        self.compressor = compressor
        pending.reserveCapacity(2 * Self.piece)
    }

    func write(_ bytes: ArraySlice<UInt8>, to file: borrowing Descriptor, _ path: String) throws(ImageError) {
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.prefix(Self.piece - pending.count)
            pending += part
            rest = rest.dropFirst(part.count)
            if pending.count == Self.piece { try flush(file, path) }
        }
    }

    /// Writes the rest, and describes all that was written.
    func finish(
        _ type: MediaType, _ file: borrowing Descriptor, _ path: String
    ) throws(ImageError) -> ContentDescriptor {
        try flush(file, path)
        let end: [UInt8]
        do throws(CompressionError) { end = try compressor.finish() } catch { throw failure(error) }
        try put(end, file, path)
        return ContentDescriptor(mediaType: type, digest: Digest(sha256: hash.digest()), size: size)
    }

    private func flush(_ file: borrowing Descriptor, _ path: String) throws(ImageError) {
        guard !pending.isEmpty else { return }
        let made: [UInt8]
        do throws(CompressionError) { made = try compressor.compress(pending[...]) } catch { throw failure(error) }
        pending.removeAll(keepingCapacity: true)
        try put(made, file, path)
    }

    private func put(_ bytes: [UInt8], _ file: borrowing Descriptor, _ path: String) throws(ImageError) {
        guard !bytes.isEmpty else { return }
        hash.update(bytes)
        size += Int64(bytes.count)
        do throws(SystemError) { try file.write(bytes) } catch { throw .write(path, error) }
    }

    private func failure(_ error: CompressionError) -> ImageError {
        ImageError(.cannotWrite, "layer", "cannot compress a layer", cause: error)
    }
}
