// SPDX-License-Identifier: Apache-2.0
public import Images
public import OCI

/// An image for several machines on its way out.
public struct ListExport: Sendable {
    let store: ImageStore
    let list: ImageList
    /// Only what is for this machine; nil for all.
    let platform: Platform?

    public init(store: ImageStore, list: ImageList, platform: Platform? = nil) {
        self.store = store
        self.list = list
        self.platform = platform
    }

    /// All of its images, and the index that lists them as they go out.
    func layout(_ options: ImageOptions) throws(BuildError) -> ImageLayout {
        let members = list.members.filter { member in
            guard let platform, let own = member.descriptor.platform else { return true }
            return platform.isFit(own)
        }
        guard !members.isEmpty else {
            throw BuildError(
                .invalid,
                platform.map { "cannot save \(list.name.familiar): no image in it is for \($0)" }
                    ?? "cannot save \(list.name.familiar): it has no images, add some with manifest add")
        }
        var layouts: [ImageLayout] = []
        var listed: [ContentDescriptor] = []
        for member in members {
            let image = try ImageExport.wrapping { () throws(ImageError) in try store.image(of: member) }
            let layout = try ImageExport(store: store, image: image, names: []).layout([], options)
            var descriptor = layout.documents.root.descriptor
            descriptor.platform = member.descriptor.platform
            descriptor.annotations = member.descriptor.annotations
            listed.append(descriptor)
            layouts.append(layout)
        }
        let documents = LayoutDocuments(list: listed, images: layouts.map(\.documents), names: [list.name])
        return ImageLayout(
            documents: documents, layers: layouts.flatMap(\.layers), names: [list.name],
            configuration: documents.root.descriptor.digest)
    }
}
