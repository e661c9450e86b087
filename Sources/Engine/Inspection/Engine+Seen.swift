// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

extension Engine {
    /// What there is, looked at without doing what every command does first, for who only wants names: nothing is tidied
    /// up or made, and what cannot be read is not there.
    public var seenContainers: [ContainerRecord] { (try? containers.all()) ?? [] }

    /// The names of the volumes.
    public var seenVolumes: [String] { ((try? volumes.all()) ?? []).map(\.name) }

    /// The names of the images, as short as they can be.
    public var seenImages: [String] {
        let path = places.root + "/images"
        guard (try? Descriptor.open(path, [.path, .directory])) != nil, let store = try? ImageStore(root: path),
            let images = try? store.list()
        else { return [] }
        return images.compactMap { image in
            guard let name = image.reference?.familiar else { return nil }
            return name.hasSuffix(":latest") ? String(name.dropLast(7)) : name
        }
    }
}
