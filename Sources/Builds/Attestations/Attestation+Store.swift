// SPDX-License-Identifier: Apache-2.0
public import Images
internal import OCI

extension ImageStore {
    /// Keeps what is said of `image`, which is in the store, for as long as that is; in the place of what was said
    /// before.
    public func attach(_ attestations: [Attestation], to image: Image) throws(BuildError) {
        let json = JSON.array(
            attestations.map { attestation in
                [
                    "predicateType": .string(attestation.predicateType), "fileName": .string(attestation.fileName),
                    "predicate": attestation.predicate,
                ]
            })
        do throws(ImageError) {
            try setAttestations(attestations.isEmpty ? nil : json.bytes(), of: image.manifestDigest)
        } catch {
            throw BuildError(error)
        }
    }

    /// What is said of `image`.
    public func attestations(of image: Image) throws(BuildError) -> [Attestation] {
        let bytes: [UInt8]?
        do throws(ImageError) { bytes = try attestations(of: image.manifestDigest) } catch { throw BuildError(error) }
        guard let bytes else { return [] }
        var result: [Attestation] = []
        for json in (try? JSON(parsing: bytes))?.array ?? [.null] {
            guard let type = json["predicateType"]?.string, let name = json["fileName"]?.string,
                let predicate = json["predicate"]
            else {
                throw BuildError(
                    .file,
                    "cannot read what is attested of \(image.manifestDigest): it is damaged, build the image again")
            }
            result.append(Attestation(predicateType: type, predicate: predicate, fileName: name))
        }
        return result
    }
}
