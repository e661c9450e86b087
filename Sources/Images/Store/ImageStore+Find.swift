// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

extension ImageStore {
    /// The manifest in `index` that `text` names, by name or by the start of its id.
    func find(
        _ text: String, in index: ImageIndex
    ) throws(ImageError) -> (manifest: ContentDescriptor, reference: ImageReference?) {
        var malformed: ImageFormatError?
        do throws(ImageFormatError) {
            let reference = try ImageReference(text)
            if let manifest = index.manifest(named: reference) { return (manifest, reference) }
        } catch {
            malformed = error
        }
        let prefix = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        guard Self.isIDPrefix(prefix) else {
            if let malformed { throw ImageError(.badReference, text, "\(malformed)") }
            throw unknown(text, in: index)
        }
        var found: [Digest: ContentDescriptor] = [:]
        for manifest in index.manifests {
            // A damaged image must not keep others from being found.
            guard let id = try? self.manifest(manifest).configuration.digest, id.hex.hasPrefix(prefix) else { continue }
            found[id] = manifest
        }
        guard found.count <= 1 else {
            throw ImageError(
                .ambiguousID, text, "several images have an id that starts with \(prefix), write more of it")
        }
        guard let manifest = found.values.first else { throw unknown(text, in: index) }
        return (manifest, nil)
    }

    private static func isIDPrefix(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 64
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// The error for a name that no image has, with the nearest name that one has.
    func unknown(_ text: String, in index: ImageIndex) -> ImageError {
        let names = index.manifests.compactMap { $0.imageName?.familiar }
        let short = names.map { $0.hasSuffix(":latest") ? String($0.dropLast(7)) : $0 }
        // Who writes a tag may have meant a name that has none here.
        let nearest = nearestWord(to: text, among: text.contains(":") ? names + short : short)
        let hint = nearest.map { ", did you mean \($0)?" } ?? ""
        return ImageError(.unknownImage(nearest: nearest), text, "no image \(text) in the store\(hint)")
    }
}

extension ContentDescriptor {
    /// The name that the index gives to this manifest.
    var imageName: ImageReference? { annotations[ImageStore.nameKey].flatMap { try? ImageReference($0) } }
}

extension ImageIndex {
    /// The manifest with that name. A digest in the name must be the manifest's own, or that of the index it came by.
    func manifest(named reference: ImageReference) -> ContentDescriptor? {
        let name = reference.canonical
        if let exact = manifests.first(where: { $0.annotations[ImageStore.nameKey] == name }) { return exact }
        guard let digest = reference.digest else { return nil }
        return manifests.first { manifest in
            guard manifest.digest == digest || manifest.source == digest, let name = manifest.imageName else {
                return false
            }
            return name.name == reference.name && (reference.tag == nil || reference.tag == name.tag)
        }
    }
}
