// SPDX-License-Identifier: Apache-2.0
public import OCI

/// An image for several machines: a name that stands for several images of the store, of which each machine takes its own
/// (image-spec, image-index.md). Here it is a list beside the images; it becomes an index where it goes out.
public struct ImageList: Hashable, Sendable {
    /// One image of it.
    public struct Member: Hashable, Sendable {
        /// What it was called when it was added.
        public var image: String
        /// Its manifest, with the machine that it is for.
        public var descriptor: ContentDescriptor
        /// Where it was found in a registry: its repository, and its digest. nil for an image of the store.
        public var origin: ImageReference?

        public init(image: String, descriptor: ContentDescriptor, origin: ImageReference? = nil) {
            self.image = image
            self.descriptor = descriptor
            self.origin = origin
        }
    }

    public let name: ImageReference
    public private(set) var members: [Member]

    public init(name: ImageReference, members: [Member] = []) {
        self.name = name
        self.members = members
    }

    /// Where its images are that the store may not have.
    public var origins: [ImageReference] { members.compactMap(\.origin) }

    /// What it is where it goes out.
    public var index: ImageIndex { ImageIndex(manifests: members.map(\.descriptor)) }

    /// Of the index, as it is with the images as the store has them.
    public var descriptor: ContentDescriptor {
        let bytes = index.json.bytes()
        return ContentDescriptor(mediaType: .index, digest: Digest(of: bytes), size: Int64(bytes.count))
    }

    /// Adds a member; one that is the same image, or was called the same, makes way for it.
    public mutating func add(_ member: Member) {
        let isSame = { (other: Member) in
            other.descriptor.digest == member.descriptor.digest || other.image == member.image
        }
        if let place = members.firstIndex(where: isSame) { members[place] = member } else { members.append(member) }
    }

    /// Gives an image the manifest that has taken the place of its former one. False where it is not in the list.
    mutating func replace(_ former: Digest, by digest: Digest, size: Int64) -> Bool {
        guard let place = members.firstIndex(where: { $0.descriptor.digest == former }) else { return false }
        members[place].descriptor.digest = digest
        members[place].descriptor.size = size
        return true
    }

    /// Changes the member that `text` means: what it was called, or the start of its manifest's digest. nil takes it out.
    public mutating func change(
        _ text: String, _ change: (Member) -> Member?
    ) throws(ImageError) {
        let familiar = (try? ImageReference(text))?.familiar
        let hex = text.hasPrefix("sha256:") ? text.dropFirst(7) : text[...]
        let found = members.indices.filter { place in
            members[place].image == familiar
                || hex.utf8.count >= 6 && members[place].descriptor.digest.hex.hasPrefix(hex)
        }
        guard let place = found.first, found.count == 1 else {
            let known = members.map(\.image).joined(separator: ", ")
            throw ImageError(
                .unknownImage(nearest: nil), text,
                "\(text) is no image of the list \(name.familiar)\(known.isEmpty ? "" : ", which has \(known)")")
        }
        if let changed = change(members[place]) { members[place] = changed } else { members.remove(at: place) }
    }

    /// As it is kept.
    var json: JSON {
        [
            "name": .string(name.canonical),
            "members": .array(
                members.map { member in
                    var json: JSON = ["image": .string(member.image), "descriptor": member.descriptor.json]
                    if let origin = member.origin { json["origin"] = .string(origin.canonical) }
                    return json
                }),
        ]
    }

    /// Reads what ``json`` gives; nil where the bytes are anything else.
    init?(parsing bytes: [UInt8]) {
        guard let json = try? JSON(parsing: bytes), let text = json["name"]?.string,
            let name = try? ImageReference(text), let members = json["members"]?.array
        else { return nil }
        self.init(name: name)
        for member in members {
            guard let image = member["image"]?.string,
                let descriptor = member["descriptor"].flatMap({ try? ContentDescriptor($0) })
            else { return nil }
            var origin: ImageReference?
            if let text = member["origin"]?.string {
                guard let reference = try? ImageReference(text), reference.digest != nil else { return nil }
                origin = reference
            }
            self.members.append(Member(image: image, descriptor: descriptor, origin: origin))
        }
    }
}
