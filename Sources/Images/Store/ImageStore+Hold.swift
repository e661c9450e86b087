// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Layers that are in use: as long as this value lives, and no longer than its process, no command removes them.
public struct LayerHold: ~Copyable, Sendable {
    private let locks: DescriptorTable

    fileprivate init(locks: consuming DescriptorTable) { self.locks = locks }
}

extension ImageStore {
    /// Holds the layers of an image that was just resolved: a shared lock on each layer's record, which
    /// ``collect(_:into:)`` wants for itself before it takes a layer away. An image that was removed since is an error.
    public func hold(_ image: Image) throws(ImageError) -> LayerHold {
        var locks = DescriptorTable()
        for (index, layer) in image.layers.enumerated() {
            let name = "layers/\(layer.diffID.hex)/layer.json"
            do throws(SystemError) {
                let record = try directory.open(name, .readOnly)
                _ = try record.lock(.shared)
                // It may have been taken away between the two calls, and then the lock is on what is gone.
                guard try directory.status(of: name).isSameFile(as: try record.status()) else {
                    throw SystemError("flock", .noEntry)
                }
                locks.put(record, in: index)
            } catch {
                let name = image.reference?.familiar ?? image.id.short
                throw ImageError(
                    .cannotRead, name, "cannot use the image \(name): it was removed a moment ago", cause: error)
            }
        }
        return LayerHold(locks: locks)
    }

    /// Takes the layer `name` away into `staging`, unless a container holds it: then a later command does.
    func takeAway(
        layer name: FileName, of layers: borrowing Descriptor, into staging: borrowing Staging
    ) throws(SystemError) {
        // Held until it is renamed, so that nobody begins to use it meanwhile. One without a record cannot be used.
        let record = try? layers.open("\(name)/layer.json", .readOnly)
        if let record, try !record.lock(.exclusive, wait: false) { return }
        try layers.rename(name, to: FileName("unused-layer-\(name)"), in: staging.directory)
    }
}
