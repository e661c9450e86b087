// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Images
internal import OCI

/// Finds the images that a Dockerfile names in the store, and keeps their layers there while the build goes on.
final class StoreResolver: BuildResolver {
    private let store: ImageStore
    /// By the name that the plan has for them.
    private(set) var images: [String: Image] = [:]
    private let held: HeldLayers
    /// By the name that was asked for.
    private var resolved: [String: ResolvedImage] = [:]

    init(_ store: ImageStore, holding held: HeldLayers) {
        self.store = store
        self.held = held
    }

    func image(_ reference: String) throws(BuildError) -> ResolvedImage {
        if let image = resolved[reference] { return image }
        let image: Image
        do throws(ImageError) {
            image = try store.resolve(reference)
            try store.hold(image, archives: true, in: &held.hold)
        } catch {
            throw BuildError(.missing, "cannot use the image \(reference)", cause: error)
        }
        let name = image.reference?.familiar ?? reference
        images[name] = image
        let found = ResolvedImage(name: name, configuration: image.configuration)
        resolved[reference] = found
        return found
    }

    /// What the plan calls an image, as files: its identity is that of its layers.
    func tree(_ name: String) -> BuiltTree? {
        guard let image = images[name] else { return nil }
        var hash = SHA256()
        for layer in image.layers { hash.update(Array("\(layer.diffID)\n".utf8)) }
        return BuiltTree(
            identity: Digest(sha256: hash.digest()),
            layers: image.layers.map { UsedLayer(place: .stored(diffID: $0.diffID, path: $0.path)) },
            highIDs: image.layers.flatMap { $0.highUsers + $0.highGroups }, rootPath: image.rootPath, isFresh: false)
    }
}

/// What of the store a build uses: no other command takes it away while this lives.
final class HeldLayers {
    var hold = LayerHold()
}
