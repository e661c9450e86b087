// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What reading the directory of a layer tells of it.
public enum LayerState: Hashable, Sendable {
    /// It gives the archive that the digest is of, or one that was found to be of the same contents.
    case whole
    /// It is other than when it was made or unpacked.
    case damaged
    /// It was unpacked from an archive that others wrote: what it should be is in that archive alone.
    case unproven
}

extension ImageStore {
    /// Reads the whole of a layer's directory, and changes nothing: `system check` goes on where this ends, and unpacks the archive
    /// beside it.
    public func state(of layer: Image.Layer) throws(ImageError) -> LayerState {
        guard let record = record(of: layer.diffID) else { return .damaged }
        let found: LayerDescription
        do throws(ImageError) { found = try LayerDescription(root: layer.path) } catch {
            guard error.code == .badEntry || error.code == .cannotRead else { throw error }
            return .damaged
        }
        if found.diffID == layer.diffID { return record.contents.agrees(with: found) ? .whole : .damaged }
        guard !isMade(layer.diffID) else { return .damaged }
        guard let known = knownProof(of: layer.diffID) else { return .unproven }
        return known == (try proof(of: found, for: layer.diffID)) ? .whole : .damaged
    }
}
