// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// The archive of a layer, in a file that nobody has proven yet.
struct LayerFile {
    let source: FileSource
    /// For messages.
    let name: String
    /// What it is called in the staging directory; nil where it is another's, to be copied there.
    let staged: FileName?
    /// What the archive has to be; nil where only its contents are known.
    let digest: Digest?
}

/// Layers on their way into the store: what lies in a staging directory, each proven by its digest.
struct LayerTaking {
    /// What becomes blobs.
    fileprivate(set) var archives: [(name: FileName, digest: Digest)] = []
    /// What becomes layers.
    fileprivate(set) var unpacked: [(name: FileName, diffID: Digest)] = []
}

extension ImageStore {
    /// Reads an archive once to its end: copies it where it is another's, unpacks it where its layer is new, and proves
    /// that archive and contents are what they have to be.
    /// - Returns: what the archive turned out to be.
    func take(
        _ file: LayerFile, _ diffID: Digest, into staging: borrowing Staging, _ taking: inout LayerTaking
    ) throws(ImageError) -> (digest: Digest, size: Int64, format: CompressionFormat) {
        let place = file.staged ?? FileName("archive-\(taking.archives.count)")
        let stored: RecordedSource
        if file.staged == nil {
            let path = "\(staging.path)/\(place)"
            let copy = try wrapping({ .write(path, $0) }) { () throws(SystemError) in
                try staging.directory.open(place, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            }
            stored = RecordedSource(file.source, copyTo: copy, named: path)
        } else {
            stored = RecordedSource(file.source)
        }
        let isNew = record(of: diffID) == nil && !taking.unpacked.contains { $0.diffID == diffID }
        let found: Digest
        let format: CompressionFormat
        do throws(ImageError) {
            let plain = try DecompressedSource(stored)
            format = plain.format
            let source = RecordedSource(plain)
            found = isNew ? try unpack(source, in: staging).diffID : try source.drain()
        } catch {
            // What is damaged may be anything.
            guard error.code == .badArchive || error.code == .badEntry else { throw error }
            throw ImageError(error.code, file.name, "cannot read its layer \(file.name)", cause: error)
        }
        let digest = try stored.drain()
        guard file.digest == nil || file.digest == digest else {
            throw ImageError(.damaged, file.name, "its layer \(file.name) is damaged: it has another digest")
        }
        guard found == diffID else {
            throw ImageError(
                .damaged, file.name, "its layer \(file.name) holds \(found), and the configuration says \(diffID)")
        }
        if isNew {
            let name = FileName("layer-\(taking.unpacked.count)")
            try wrapping({ [path = staging.path] in .write(path, $0) }) { () throws(SystemError) in
                try staging.directory.rename("layer", to: name, in: staging.directory)
            }
            taking.unpacked.append((name, diffID))
        }
        if !taking.archives.contains(where: { $0.digest == digest }) { taking.archives.append((place, digest)) }
        return (digest, stored.size, format)
    }
}
