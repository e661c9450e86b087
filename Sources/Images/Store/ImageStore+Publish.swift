// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ImageStore {
    /// Unpacks the archive that `source` gives into the directory `layer` of `staging`, and returns its digest and
    /// what is in it. Everything passes once: the copy, the hash and the files are made of the same bytes.
    func unpack(
        _ source: RecordedSource, in staging: borrowing Staging
    ) throws(ImageError) -> (diffID: Digest, contents: LayerRecord.Contents) {
        let layer = try wrapping({ [path = staging.path] in .write(path, $0) }) { () throws(SystemError) in
            try staging.directory.makeDirectory("layer", mode: 0o700)
            return try staging.directory.open("layer", [.readOnly, .directory, .noFollow])
        }
        return try LayerUnpacker.makeLayer(of: source, in: layer, at: "\(staging.path)/layer", nil)
    }

    /// Puts all that was written to this file system on stable storage.
    func synchronize() throws(ImageError) {
        do throws(SystemError) { try directory.synchronizeFileSystem() } catch { throw .write(path, error) }
    }

    /// Renames layers in `staging` to their places, but those of which a whole one is there; only while ``locked(_:)``,
    /// and after ``synchronize()``.
    func publishLayers(
        _ made: [(name: FileName, diffID: Digest)], from staging: borrowing Staging
    ) throws(ImageError) {
        do throws(SystemError) {
            let layers = try directory.open("layers", [.readOnly, .directory])
            for (name, diffID) in made where record(of: diffID) == nil {
                do throws(SystemError) {
                    try layers.rename(
                        FileName(diffID.hex), to: FileName("damaged-\(diffID.hex)"), in: staging.directory)
                } catch {
                    guard error.errno == .noEntry else { throw error }
                }
                try staging.directory.rename(name, to: FileName(diffID.hex), in: layers)
            }
            try layers.synchronize()
        } catch {
            throw .write("\(path)/layers", error)
        }
    }

    /// Renames files of `staging` to the blobs they are; only while ``locked(_:)``, and after ``synchronize()``.
    func publishBlobs(_ files: [(name: FileName, digest: Digest)], from staging: borrowing Staging) throws(ImageError) {
        do throws(SystemError) {
            let blobs = try directory.open("blobs/sha256", [.readOnly, .directory])
            // Over one that is there already: it may be damaged, and this one was hashed just now.
            for (name, digest) in files {
                try staging.directory.rename(name, to: FileName(digest.hex), in: blobs)
            }
            try blobs.synchronize()
        } catch {
            throw .write("\(path)/blobs", error)
        }
    }

    /// Unpacks a layer again from its archive, after proving that the archive is what the image says.
    func restore(_ blob: ContentDescriptor, diffID: Digest) throws(ImageError) -> LayerRecord.Contents {
        func failure(_ words: String, _ cause: ImageError? = nil) -> ImageError {
            ImageError(
                .damaged, "\(diffID)",
                "the layer \(diffID) is damaged in the store, and its archive \(blob.digest) \(words): "
                    + "remove the image and import it again", cause: cause)
        }
        let stored = RecordedSource(
            try blobSource(blob.digest) {
                guard blob.digest == diffID else { return failure("is missing") }
                return ImageError(
                    .damaged, "\(diffID)",
                    "the layer \(diffID) is damaged in the store, and its archive is missing, as that of a layer that "
                        + "was built: build the image again, or remove it and import it again")
            })
        let staging = try makeStaging()
        let (found, contents): (Digest, LayerRecord.Contents)
        do throws(ImageError) {
            (found, contents) = try unpack(RecordedSource(try DecompressedSource(stored)), in: staging)
        } catch {
            guard error.code == .badArchive || error.code == .badEntry else { throw error }
            throw failure("too", error)
        }
        guard try stored.drain() == blob.digest, found == diffID else { throw failure("too: it has other contents") }
        try synchronize()
        try locked { () throws(ImageError) in try publishLayers([("layer", diffID)], from: staging) }
        return contents
    }

    /// The bytes of a blob.
    func blobSource(_ digest: Digest, missing: () -> ImageError) throws(ImageError) -> FileSource {
        do throws(SystemError) {
            return FileSource(try directory.open(blobName(digest), .readOnly), name: "\(digest)")
        } catch {
            throw error.errno == .noEntry ? missing() : .read("\(digest)", error)
        }
    }
}
