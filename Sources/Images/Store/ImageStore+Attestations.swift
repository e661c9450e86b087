// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// What is said of an image, beside it: `attestations/HEX`, where HEX is the digest of the image's manifest. It goes
/// when no image has that manifest any more.
extension ImageStore {
    private static let attestationsName = "attestations"

    /// What is said of the image with that manifest; nil where nothing is.
    public func attestations(of manifest: Digest) throws(ImageError) -> [UInt8]? {
        let name = "\(Self.attestationsName)/\(manifest.hex)"
        do throws(SystemError) { return try directory.contents(of: name) } catch {
            if error.errno == .noEntry { return nil }
            throw .read("\(path)/\(name)", error)
        }
    }

    /// Says something of the image with that manifest, which must be in the store, in the place of what was said; nil
    /// takes that away.
    public func setAttestations(_ bytes: [UInt8]?, of manifest: Digest) throws(ImageError) {
        try locked { () throws(ImageError) in
            try prepare()
            guard try readIndex().manifests.contains(where: { $0.digest == manifest }) else {
                throw ImageError(
                    .unknownImage(nearest: nil), "\(manifest)",
                    "cannot attest anything of \(manifest): no image of the store has that manifest")
            }
            try wrapping({ [path] in .write("\(path)/\(Self.attestationsName)/\(manifest.hex)", $0) }) {
                () throws(SystemError) in
                do throws(SystemError) { try directory.makeDirectory(Self.attestationsName, mode: 0o700) } catch {
                    guard error.errno == .exists else { throw error }
                }
                let place = try directory.open(Self.attestationsName, [.readOnly, .directory, .noFollow])
                guard let bytes else {
                    do throws(SystemError) { return try place.remove(manifest.hex) } catch {
                        if error.errno == .noEntry { return }
                        throw error
                    }
                }
                try place.replace(manifest.hex, with: bytes, durable: true)
            }
        }
    }

    /// Removes what is said of manifests that are not among `kept`, names of blobs; only while ``locked(_:)``.
    func removeAttestations(except kept: Set<FileName>) throws(SystemError) {
        let place: Descriptor
        do throws(SystemError) {
            place = try directory.open(Self.attestationsName, [.readOnly, .directory, .noFollow])
        } catch {
            if error.errno == .noEntry { return }
            throw error
        }
        for name in try place.names() where !kept.contains(name) { try place.remove(name) }
    }
}
