// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What was once found of a layer, so that its archive need not be unpacked a second time.
extension ImageStore {
    /// The file beside the root of an unpacked layer whose archive others wrote: its ``proof(of:for:)``.
    private static let proofName = "contents"

    /// The digest of the archive that the root gives, which is not the one that it was unpacked from, and that of the
    /// layer's record.
    func proof(of found: LayerDescription, for diffID: Digest) throws(ImageError) -> [UInt8] {
        let name = "layers/\(diffID.hex)/layer.json"
        let record = try wrapping({ [path] in .read("\(path)/\(name)", $0) }) { () throws(SystemError) in
            try Digest(of: try directory.open(name, [.readOnly, .noFollow]))
        }
        return Array("\(found.diffID.hex) \(record.hex)".utf8)
    }

    /// What was written down when the layer was found to be what its archive unpacks to; nil where it never was.
    func knownProof(of diffID: Digest) -> [UInt8]? {
        let known = try? directory.contents(of: "layers/\(diffID.hex)/\(Self.proofName)")
        // Earlier ones told nothing of the record.
        return known.flatMap { $0.contains(UInt8(ascii: " ")) ? $0 : nil }
    }

    func keep(_ proof: [UInt8], for diffID: Digest) throws(ImageError) {
        let place = "layers/\(diffID.hex)"
        try wrapping({ [path] in .write("\(path)/\(place)", $0) }) { () throws(SystemError) in
            try directory.open(place, [.readOnly, .directory, .noFollow])
                .replace(Self.proofName, with: proof, durable: false)
        }
    }
}

extension LayerRecord.Contents {
    /// Whether the record says what a layer is that was made here, or one whose archive is as it would be written here.
    func agrees(with found: LayerDescription) -> Bool {
        size == found.size && highUsers == found.highUsers && highGroups == found.highGroups
            && (entries == 0) == (found.entries == 0 && !hasRoot)
    }

    /// Whether the record says what unpacking its archive tells. That may be more than is there afterwards: of two entries
    /// of one name the first one is gone, and of who removes a file in a layer below nothing stays.
    func agrees(with unpacked: LayerRecord.Contents) -> Bool {
        var unpacked = unpacked
        // Earlier records do not have it.
        if archiveSize == nil { unpacked.archiveSize = nil }
        return self == unpacked
    }
}
