// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// Compresses the archive of a layer into a file, and describes what was written.
final class ArchiveCompression {
    private let compressor: ParallelCompressor
    private let type: MediaType
    private let place: String
    private var hash = SHA256()
    private var size: Int64 = 0

    /// One that writes `format`, gzip or zstd; `place` is for messages.
    init(_ format: CompressionFormat, level: Int? = nil, into place: String) throws(ImageError) {
        compressor = try ParallelCompressor(format, level: level)
        type = format == .zstd ? .zstdLayer : .gzipLayer
        self.place = place
    }

    func write(_ bytes: ArraySlice<UInt8>, to file: borrowing Descriptor) throws(ImageError) {
        try compressor.write(bytes) { made throws(ImageError) in try put(made, file) }
    }

    /// Writes the rest, and describes all that was written.
    func finish(_ file: borrowing Descriptor) throws(ImageError) -> ContentDescriptor {
        try compressor.finish { made throws(ImageError) in try put(made, file) }
        return ContentDescriptor(mediaType: type, digest: Digest(sha256: hash.digest()), size: size)
    }

    private func put(_ bytes: ArraySlice<UInt8>, _ file: borrowing Descriptor) throws(ImageError) {
        hash.update(bytes)
        size += Int64(bytes.count)
        do throws(SystemError) { try file.write(bytes) } catch { throw .write(place, error) }
    }
}
