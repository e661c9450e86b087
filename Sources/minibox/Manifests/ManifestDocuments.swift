// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Images
internal import OCI

/// Where documents of images come from: the store here; a registry has them too.
protocol ManifestSource {
    /// The document that `text` names, and those that it lists.
    func document(_ text: String) throws -> ManifestDocument
}

/// A manifest, or an index of several.
struct ManifestDocument {
    /// Its whole name.
    var reference: String
    var descriptor: ContentDescriptor
    var bytes: [UInt8]
    /// What an index lists; empty for a manifest.
    var members: [ManifestDocument] = []

    /// What `docker manifest inspect --verbose` shows: docker's cli/manifest/types.
    var described: JSON {
        guard members.isEmpty, descriptor.mediaType != .index else { return .array(members.map(\.described)) }
        var result: JSON = [
            "Ref": .string(reference), "Descriptor": descriptor.json, "Raw": .string(Base64.text(bytes)),
        ]
        result["OCIManifest"] = try? JSON(parsing: bytes)
        return result
    }
}

extension ImageStore: ManifestSource {
    func document(_ text: String) throws -> ManifestDocument {
        if let name = try? ImageReference(text), let list = try imageList(name) {
            return ManifestDocument(
                reference: name.canonical, descriptor: list.descriptor, bytes: list.index.json.bytes(),
                members: try list.members.map { member in
                    ManifestDocument(
                        reference: "\(name.canonical)@\(member.descriptor.digest)", descriptor: member.descriptor,
                        bytes: try manifestBytes(of: try self.image(of: member)))
                })
        }
        let image = try resolve(text)
        let bytes = try manifestBytes(of: image)
        return ManifestDocument(
            reference: image.reference?.canonical ?? "\(image.id)",
            descriptor: ContentDescriptor(
                mediaType: .manifest, digest: image.manifestDigest, size: Int64(bytes.count),
                platform: image.configuration.platform), bytes: bytes)
    }
}
