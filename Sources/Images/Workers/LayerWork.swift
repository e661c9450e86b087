// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Linux
internal import OCI

/// The archive of a layer, in a file that nobody has proven yet.
struct LayerFile {
    /// Where it is.
    enum Place {
        /// In the staging directory, by that name; it is opened when its turn comes.
        case staged(FileName)
        /// Somebody else's: it is copied into the staging directory.
        case foreign(FileSource)
        /// On its way: it will be in the staging directory, by that name, and is open already, twice.
        case arriving(FileName, FileSource, again: FileSource)
    }

    let place: Place
    /// For messages.
    let name: String
    /// What the archive has to be; nil where only its contents are known.
    let digest: Digest?
}

/// What has to be done for one layer: its archive is read once to its end, hashed, copied where it is another's, inflated,
/// hashed again, and unpacked where its layer is new.
///
/// It touches nothing but the descriptors that it has.
struct LayerWork: ~Copyable {
    let archive: FileSource
    /// The same where it is still on its way.
    var arrival: ArrivingSource?
    /// Where the archive is copied to.
    let copy: Descriptor?
    let copyPath: String
    /// The directory in which `root` and `layer.json` are made.
    let directory: Descriptor
    let path: String
    let limits: LayerLimits
    /// Whether they are: where the layer is there already, the archive is only hashed.
    let isNew: Bool
    /// Whether it is done by a process that has given up all else.
    var isConfined = false

    borrowing func perform() throws(ImageError) -> LayerFindings {
        let stored = RecordedSource(arrival ?? archive, copyTo: try copied(), named: copyPath)
        let plain = try DecompressedSource(stored)
        let limited = LimitedSource(plain, from: plain.format == .none ? nil : stored, limits)
        let source = RecordedSource(limited)
        let diffID =
            isNew
            ? try LayerUnpacker.makeLayer(of: source, in: directory, at: path, limits, isConfined: isConfined).diffID
            : try source.drain()
        let digest = try stored.drain()
        if let arrival, try arrival.digest() != digest {
            throw ImageError(.badArchive, path, "cannot read the archive: it was changed while it came")
        }
        return LayerFindings(digest: digest, size: stored.size, format: plain.format, diffID: diffID)
    }

    private borrowing func copied() throws(ImageError) -> Descriptor? {
        switch copy {
        case .some(let file): try wrapping({ .write(copyPath, $0) }) { () throws(SystemError) in try file.duplicate() }
        case .none: nil
        }
    }

    /// Closes everything else that this process has open.
    borrowing func closeOthers(_ kept: KeptDescriptors) throws(SystemError) {
        var kept = kept
        archive.keep(in: &kept)
        arrival?.keep(in: &kept)
        switch copy {
        case .some(let file): kept.keep(file)
        case .none: break
        }
        kept.keep(directory)
        try CurrentProcess.closeDescriptors(except: kept)
    }

    /// Makes the layer's directory all that this process sees of files, without devices, programs and set-id bits.
    mutating func enter() throws(SystemError) {
        isConfined = true
        try CurrentProcess.changeRoot(to: directory)
    }
}

/// What an archive turned out to be.
struct LayerFindings: Hashable, Sendable {
    var digest: Digest
    /// Bytes of the archive as it is stored.
    var size: Int64
    var format: CompressionFormat
    var diffID: Digest
}

extension LayerUnpacker {
    /// Makes the layer that the archive `source` holds: `root` and `layer.json` in `directory`. Everything passes once: the
    /// hash and the files are made of the same bytes.
    static func makeLayer(
        of source: RecordedSource, in directory: borrowing Descriptor, at path: String, _ limits: LayerLimits?,
        isConfined: Bool = false
    ) throws(ImageError) -> (diffID: Digest, contents: LayerRecord.Contents) {
        let root = try wrapping({ .write("\(path)/root", $0) }) { () throws(SystemError) in
            try directory.makeDirectory("root", mode: 0o755)
            let root = try directory.open("root", [.readOnly, .directory, .noFollow])
            try root.setPermissions(0o755)
            return root
        }
        let unpacker = LayerUnpacker(into: root, limits: limits, isConfined: isConfined)
        try unpacker.unpack(TarReader(source))
        let diffID = try source.drain()
        let contents = unpacker.contents(archiveSize: source.size)
        try wrapping({ .write("\(path)/layer.json", $0) }) { () throws(SystemError) in
            let file = try directory.open("layer.json", [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
            try file.write(LayerRecord(diffID: diffID, contents: contents).json.bytes())
        }
        return (diffID, contents)
    }
}
