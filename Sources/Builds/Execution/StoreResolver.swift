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
    /// Those of layouts, which are not in the store before ``take(_:)``, by the name that the plan has for them.
    private(set) var layouts: [String: LayoutImage] = [:]
    /// Who asks registries for what is not here; nil for nobody.
    var puller: BasePuller?
    /// By the name that was asked for.
    private var resolved: [String: ResolvedImage] = [:]

    init(_ store: ImageStore, holding held: HeldLayers) {
        self.store = store
        self.held = held
    }

    func image(_ reference: String) throws(BuildError) -> ResolvedImage {
        if let image = resolved[reference] { return image }
        if reference.hasPrefix(LayoutReference.scheme) { return try layoutImage(reference) }
        try puller?.prepare(reference)
        let image: Image
        do throws(ImageError) {
            image = try find(reference)
            try store.hold(image, archives: true, in: &held.hold)
        } catch {
            throw BuildError(
                puller?.wasInterrupted == true ? .interrupted : .missing, "cannot use the image \(reference)",
                cause: error)
        }
        let name = image.reference?.familiar ?? reference
        images[name] = image
        let found = ResolvedImage(name: name, configuration: image.configuration)
        resolved[reference] = found
        return found
    }

    /// The image of that name, which its registry gives where it is not here.
    private func find(_ reference: String) throws(ImageError) -> Image {
        do throws(ImageError) { return try store.resolve(reference) } catch {
            guard case .unknownImage = error.code, let puller else { throw error }
            try puller.pull(reference, instead: error)
        }
        return try store.resolve(reference)
    }

    private func layoutImage(_ reference: String) throws(BuildError) -> ResolvedImage {
        let image: LayoutImage
        do throws(ImageError) { image = try LayoutImage(try LayoutReference(reference)) } catch {
            throw BuildError(.missing, "\(error)")
        }
        layouts[reference] = image
        let found = ResolvedImage(name: reference, configuration: image.configuration)
        resolved[reference] = found
        return found
    }

    /// Has the layers of the images of layouts in the store, and keeps them there. Where some have to be read, `taking` is
    /// told the name, and runs what reads them.
    func takeLayouts(
        _ taking: (String, () throws(BuildError) -> Void) throws(BuildError) -> Void
    ) throws(BuildError) {
        guard !layouts.isEmpty else { return }
        do throws(ImageError) { try store.holdEverything(in: &held.hold) } catch { throw BuildError(error) }
        for (name, layout) in layouts.sorted(by: { $0.key < $1.key }) {
            if !store.has(layout) {
                try taking(name) { () throws(BuildError) in
                    do throws(ImageError) { try store.take(layout) } catch { throw BuildError(.missing, "\(error)") }
                }
            }
            do throws(ImageError) { images[name] = try store.image(of: layout) } catch { throw BuildError(error) }
        }
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
