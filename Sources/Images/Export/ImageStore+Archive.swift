// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
internal import OCI

/// Reading an image out of the store again, to write it somewhere else.
extension ImageStore {
    /// Takes bytes in pieces, in order.
    public typealias ByteSink = (ArraySlice<UInt8>) throws(ImageError) -> Void

    /// Whether the layer has an archive of its own in the store, and not only the directory that it is made of.
    public func hasArchive(_ layer: Image.Layer) -> Bool {
        (try? directory.status(of: blobName(layer.blob.digest))) != nil
    }

    /// Gives the layer's archive to `sink` as the image's manifest names it, compressed or not: the bytes are those of
    /// ``Image/Layer/blob``, and anything else is an error, which comes after the last of them.
    public func readArchive(of layer: Image.Layer, to sink: ByteSink) throws(ImageError) {
        guard hasArchive(layer) || layer.blob.digest != layer.diffID else { return try readMade(layer, to: sink) }
        let source = RecordedSource(try archiveSource(of: layer))
        try Self.pass(source, to: sink)
        guard try source.drain() == layer.blob.digest else { throw damaged(layer) }
    }

    /// Gives the layer's uncompressed archive to `sink`: the bytes are those of ``Image/Layer/diffID``, and anything
    /// else is an error, which comes after the last of them.
    public func readUncompressedArchive(of layer: Image.Layer, to sink: ByteSink) throws(ImageError) {
        guard hasArchive(layer) || layer.blob.digest != layer.diffID else { return try readMade(layer, to: sink) }
        let source = RecordedSource(try DecompressedSource(try archiveSource(of: layer)))
        do throws(ImageError) { try Self.pass(source, to: sink) } catch {
            guard error.code == .badArchive else { throw error }
            throw damaged(layer, error)
        }
        guard try source.drain() == layer.diffID else { throw damaged(layer) }
    }

    /// The bytes of the configuration: those of the store, or those that the value has.
    public func configurationBytes(of image: Image) throws(ImageError) -> [UInt8] {
        try documentBytes(image.id, image.configuration.json.bytes(), "configuration")
    }

    /// The bytes of the manifest: those of the store, or those that the value has.
    public func manifestBytes(of image: Image) throws(ImageError) -> [UInt8] {
        try documentBytes(image.manifestDigest, image.manifest.json.bytes(), "manifest")
    }

    /// An empty file that has no name, for what does not fit into memory: it goes when it is closed.
    public func makeScratchFile() throws(ImageError) -> Descriptor {
        let name = FileName("scratch-" + Randomness.bytes(8).map { String($0, radix: 16) }.joined())
        return try locked { () throws(ImageError) in
            try prepare()
            return try wrapping({ [path] in .write("\(path)/staging", $0) }) { () throws(SystemError) in
                let staging = try directory.open("staging", [.readOnly, .directory, .noFollow])
                let file = try staging.open(name, [.readWrite, .create, .exclusive, .noFollow], mode: 0o600)
                try staging.remove(name)
                return file
            }
        }
    }

    /// What was made here is known without being written: an image that is not listed has no documents in the store.
    private func documentBytes(_ digest: Digest, _ made: [UInt8], _ kind: String) throws(ImageError) -> [UInt8] {
        if Digest(of: made) == digest { return made }
        do throws(SystemError) {
            let bytes = try directory.contents(of: blobName(digest))
            if Digest(of: bytes) == digest { return bytes }
        } catch {
            guard error.errno == .noEntry else { throw .read("\(kind) \(digest)", error) }
        }
        throw ImageError(
            .damaged, "\(digest)",
            "the \(kind) \(digest) is missing from the store, or damaged: remove the image and import it again")
    }

    private func readMade(_ layer: Image.Layer, to sink: ByteSink) throws(ImageError) {
        let found = try LayerDescription(root: layer.path, alsoTo: sink)
        guard found.diffID == layer.diffID else { throw damaged(layer) }
    }

    private func archiveSource(of layer: Image.Layer) throws(ImageError) -> FileSource {
        try blobSource(layer.blob.digest) { damaged(layer) }
    }

    private func damaged(_ layer: Image.Layer, _ cause: ImageError? = nil) -> ImageError {
        ImageError(
            .damaged, "\(layer.diffID)",
            "the layer \(layer.diffID) is damaged in the store: remove the image and import or build it again",
            cause: cause)
    }

    private static func pass(_ source: any ByteSource, to sink: ByteSink) throws(ImageError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let count = try source.read(into: &buffer)
            if count == 0 { return }
            try sink(buffer[..<count])
        }
    }
}
