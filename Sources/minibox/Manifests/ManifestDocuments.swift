// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Images
internal import OCI

/// A manifest, or an index of several.
struct ManifestDocument {
    /// Its whole name.
    var reference: String
    var descriptor: ContentDescriptor
    var bytes: [UInt8]
    /// Where it is, if it is not here: then it has no bytes yet.
    var origin: ImageReference?
    /// What an index lists; empty for a manifest, and where they are not wanted.
    var members: [ManifestDocument] = []

    private var isIndex: Bool { [.index, .dockerIndex].contains(descriptor.mediaType) }

    /// What `docker manifest inspect --verbose` shows: docker's cli/manifest/types.
    var described: JSON {
        guard !isIndex else { return .array(members.map(\.described)) }
        var result: JSON = [
            "Ref": .string(reference), "Descriptor": descriptor.json, "Raw": .string(Base64.text(bytes)),
        ]
        let name = descriptor.mediaType == .dockerManifest ? "SchemaV2Manifest" : "OCIManifest"
        result[name] = try? JSON(parsing: bytes)
        return result
    }
}

extension ImageStore {
    /// The document that `text` names, and those that it lists where they are wanted.
    func document(_ text: String, withMembers: Bool) throws(ImageError) -> ManifestDocument {
        if let name = try? ImageReference(text), let list = try imageList(name) {
            var document = ManifestDocument(
                reference: name.canonical, descriptor: list.descriptor, bytes: list.index.json.bytes())
            for member in withMembers ? list.members : [] {
                var own = ManifestDocument(
                    reference: "\(name.canonical)@\(member.descriptor.digest)", descriptor: member.descriptor,
                    bytes: [], origin: member.origin)
                if member.origin == nil { own.bytes = try manifestBytes(of: try self.image(of: member)) }
                document.members.append(own)
            }
            return document
        }
        let image = try resolve(text)
        let bytes = try manifestBytes(of: image)
        return ManifestDocument(
            reference: image.reference?.canonical ?? "\(image.id)",
            descriptor: ContentDescriptor(
                mediaType: image.manifest.mediaType, digest: image.manifestDigest, size: Int64(bytes.count),
                platform: image.configuration.platform), bytes: bytes)
    }
}

extension RegistryClient {
    /// The document that a name of a registry means, and those that it lists where they are wanted.
    func document(_ reference: ImageReference, withMembers: Bool) throws(ImageError) -> ManifestDocument {
        let found = try document(reference)
        var document = ManifestDocument(
            reference: reference.canonical, descriptor: found.descriptor, bytes: found.bytes)
        guard withMembers, found.isIndex else { return document }
        for member in try members(listedIn: found, of: reference) {
            var place = reference
            place.tag = nil
            place.digest = member.digest
            document.members.append(
                ManifestDocument(
                    reference: "\(reference.canonical)@\(member.digest)", descriptor: member,
                    bytes: try self.document(place).bytes))
        }
        return document
    }
}
