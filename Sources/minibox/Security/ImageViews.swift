// SPDX-License-Identifier: Apache-2.0
internal import Audit
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// What the store says of the images of containers, each looked at once however many containers are of it.
struct ImageViews {
    private let store: ImageStore
    private let readsLayers: Bool
    private var known: [String: (contents: ImageSubject, layers: ImageView.Layers)] = [:]

    init(_ store: ImageStore, readsLayers: Bool) {
        self.store = store
        self.readsLayers = readsLayers
    }

    /// Nil where the container has no image, or the store has it no more.
    mutating func view(of record: ContainerRecord) throws -> ImageView? {
        let id = record.imageID
        if known[id] == nil {
            guard !id.isEmpty, let image = try? store.resolve(id) else { return nil }
            known[id] = (try ImageSubject(image, named: record.image), try layers(of: image))
        }
        guard let (contents, layers) = known[id] else { return nil }
        return ImageView(name: record.image, naming: naming(record), layers: layers, contents: contents)
    }

    private func naming(_ record: ContainerRecord) -> ImageView.Naming {
        if (try? ImageReference(record.image))?.digest != nil || record.imageID.contains(record.image) {
            return .pinned
        }
        guard let image = try? store.resolve(record.image) else { return .nobodys }
        let id = image.id.description
        return id == record.imageID ? .same : .another(id)
    }

    private func layers(of image: Image) throws -> ImageView.Layers {
        guard readsLayers else { return .unread }
        var unproven: String?
        for layer in image.layers {
            switch try store.state(of: layer) {
            case .whole: continue
            case .damaged: return .damaged("\(layer.diffID)")
            case .unproven: unproven = unproven ?? "\(layer.diffID)"
            }
        }
        return unproven.map { .unproven($0) } ?? .whole(image.layers.count)
    }
}
