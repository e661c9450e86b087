// SPDX-License-Identifier: Apache-2.0
public import Compression
internal import Linux
public import OCI

/// A layer's archive, compressed anew, in a file of the store that has no name and goes with this.
public final class CompressedArchive {
    /// The digest and the length of the compressed bytes, in the format's media type.
    public let descriptor: ContentDescriptor
    private let file: Descriptor
    private let path: String

    fileprivate init(
        _ store: ImageStore, _ layer: Image.Layer, _ format: CompressionFormat, level: Int?
    ) throws(ImageError) {
        let path = "\(store.path)/staging"
        let scratch = try store.makeScratchFile()
        let writer = try ArchiveCompression(format, level: level, into: path)
        try store.readUncompressedArchive(of: layer) { bytes throws(ImageError) in
            try writer.write(bytes, to: scratch)
        }
        descriptor = try writer.finish(scratch)
        file = scratch
        self.path = path
    }

    /// Gives the bytes to `sink`.
    public func read(to sink: ImageStore.ByteSink) throws(ImageError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        do throws(SystemError) { try file.seek(to: 0) } catch { throw .read(path, error) }
        while true {
            let count: Int
            do throws(SystemError) { count = try file.read(into: &buffer) } catch { throw .read(path, error) }
            if count == 0 { return }
            try sink(buffer[..<count])
        }
    }
}

extension ImageStore {
    /// Compresses the layer's archive as `format`, gzip or zstd, at one of its levels; nil for the usual one. The same
    /// layer always gives the same bytes.
    public func compressArchive(
        of layer: Image.Layer, as format: CompressionFormat, level: Int? = nil
    ) throws(ImageError) -> CompressedArchive {
        try CompressedArchive(self, layer, format, level: level)
    }
}
