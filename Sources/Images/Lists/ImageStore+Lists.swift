// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension ImageStore {
    /// Where lists are, each under the digest of its name.
    static let listsName = "lists"

    /// The list with that name; nil where there is none.
    public func imageList(_ name: ImageReference) throws(ImageError) -> ImageList? {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try directory.contents(of: place(name)) } catch {
            if error.errno == .noEntry { return nil }
            throw .read("\(path)/\(place(name))", error)
        }
        guard let list = ImageList(parsing: bytes) else {
            throw ImageError(
                .damaged, name.familiar, "the list \(name.familiar) is damaged in the store: remove it and make it anew"
            )
        }
        return list
    }

    /// All lists that can be read.
    public func imageLists() throws(ImageError) -> [ImageList] {
        do throws(SystemError) {
            let lists = try directory.open(Self.listsName, [.readOnly, .directory, .noFollow])
            return try lists.names().compactMap { name in
                (try? lists.contents(of: name.description)).flatMap { ImageList(parsing: $0) }
            }
        } catch {
            if error.errno == .noEntry { return [] }
            throw .read("\(path)/\(Self.listsName)", error)
        }
    }

    /// Makes a list of images. One of that name is there already only where it is amended.
    public func makeList(
        _ name: ImageReference, of members: [ImageList.Member], amends: Bool = false
    ) throws(ImageError) {
        guard name.digest == nil else {
            throw ImageError(.badReference, name.familiar, "a list cannot be named by a digest: write NAME[:TAG]")
        }
        try locked { () throws(ImageError) in
            if try readIndex().manifests.contains(where: { $0.imageName?.canonical == name.canonical }) {
                throw ImageError(
                    .badReference, name.familiar, "there is an image \(name.familiar): give the list another name")
            }
            var list = ImageList(name: name)
            if let known = try imageList(name) {
                guard amends else {
                    throw ImageError(
                        .badReference, name.familiar,
                        "there is a list \(name.familiar): write --amend to add to it, or remove it with manifest rm")
                }
                list = known
            }
            for member in members { list.add(member) }
            try write(list)
        }
    }

    /// Adds images to a list.
    public func add(_ members: [ImageList.Member], to name: ImageReference) throws(ImageError) {
        try changeList(name) { list throws(ImageError) in for member in members { list.add(member) } }
    }

    /// Changes a list, which is not changed where `change` throws.
    public func changeList(
        _ name: ImageReference, _ change: (inout ImageList) throws(ImageError) -> Void
    ) throws(ImageError) {
        try locked { () throws(ImageError) in
            var list = try requireList(name)
            try change(&list)
            try write(list)
        }
    }

    /// Removes a list. Its images stay.
    public func removeList(_ name: ImageReference) throws(ImageError) {
        try locked { () throws(ImageError) in
            do throws(SystemError) { try directory.remove(FileName(place(name))) } catch {
                guard error.errno == .noEntry else { throw .write("\(path)/\(place(name))", error) }
                throw noList(name)
            }
        }
    }

    /// The list with that name, or an error that says that there is none.
    public func requireList(_ name: ImageReference) throws(ImageError) -> ImageList {
        guard let list = try imageList(name) else { throw noList(name) }
        return list
    }

    /// The image of a list's member, ready to be written.
    public func image(of member: ImageList.Member) throws(ImageError) -> Image {
        guard let found = try readIndex().manifests.first(where: { $0.digest == member.descriptor.digest }) else {
            throw ImageError(
                .unknownImage(nearest: nil), member.image,
                member.origin.map { "the image \(member.image) of the list is in its registry alone: pull \($0)" }
                    ?? "the image \(member.image) of the list was removed, or made anew: add it again, or take it out")
        }
        return try image(found, reference: found.imageName)
    }

    /// The image of the store that `text` means, as a member of a list.
    public func member(_ text: String) throws(ImageError) -> ImageList.Member {
        let image = try resolve(text)
        return ImageList.Member(
            image: image.reference?.familiar ?? image.id.short,
            descriptor: ContentDescriptor(
                mediaType: image.manifest.mediaType, digest: image.manifestDigest,
                size: Int64(try manifestBytes(of: image).count), platform: image.configuration.platform))
    }

    /// Gives an image the manifest that has taken the place of its former one, in all lists; only while ``locked(_:)``.
    func replaceInLists(_ former: Digest, by digest: Digest, size: Int64) throws(ImageError) {
        for var list in try imageLists() where list.replace(former, by: digest, size: size) { try write(list) }
    }

    private func place(_ name: ImageReference) -> String {
        "\(Self.listsName)/\(Digest(of: Array(name.canonical.utf8)).hex)"
    }

    private func noList(_ name: ImageReference) -> ImageError {
        ImageError(
            .unknownImage(nearest: nil), name.familiar,
            "there is no list \(name.familiar): make it with manifest create \(name.familiar) IMAGE...")
    }

    private func write(_ list: ImageList) throws(ImageError) {
        try prepare()
        try wrapping({ [path] in .write("\(path)/\(Self.listsName)", $0) }) { () throws(SystemError) in
            let name = Digest(of: Array(list.name.canonical.utf8)).hex
            try directory.open(FileName(Self.listsName), [.readOnly, .directory, .noFollow])
                .replace(name, with: list.json.bytes(), durable: true)
        }
    }
}
