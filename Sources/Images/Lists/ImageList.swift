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

        public init(image: String, descriptor: ContentDescriptor) {
            self.image = image
            self.descriptor = descriptor
        }
    }

    public let name: ImageReference
    public private(set) var members: [Member]

    public init(name: ImageReference, members: [Member] = []) {
        self.name = name
        self.members = members
    }

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
            "members": .array(members.map { ["image": .string($0.image), "descriptor": $0.descriptor.json] }),
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
            self.members.append(Member(image: image, descriptor: descriptor))
        }
    }
}
