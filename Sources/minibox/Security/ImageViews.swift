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
        let id = record.image.hasPrefix("sha256:") ? record.image.dropFirst(7) : record.image[...]
        // What is shorter may be a name as well.
        let isID = id.utf8.count >= 12 && record.imageID.dropFirst(7).hasPrefix(id)
        if isID || (try? ImageReference(record.image))?.digest != nil { return .pinned }
        guard let image = try? store.resolve(record.image) else { return .nobodys }
        let now = image.id.description
        return now == record.imageID ? .same : .another(now)
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
