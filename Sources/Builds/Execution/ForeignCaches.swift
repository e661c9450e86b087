// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// The caches of `--cache-from`: what other builds have left in directories and registries.
final class ForeignCaches {
    /// In the order in which they are asked.
    private(set) var readers: [CacheReader]
    /// What could not be taken, and is not tried again.
    private var refused: Set<Layer> = []

    /// A layer of one of them.
    struct Layer: Hashable, Sendable {
        /// The place among ``readers``.
        var cache: Int
        var diffID: Digest
    }

    init(_ readers: [CacheReader]) { self.readers = readers }

    /// What one of them has for a key.
    func find(_ key: Digest) -> (record: CacheRecord, layer: Layer)? {
        for (index, reader) in readers.enumerated() {
            guard let record = reader.record(key) else { continue }
            let layer = Layer(cache: index, diffID: record.diffID)
            if !refused.contains(layer) { return (record, layer) }
        }
        return nil
    }

    /// All that led to the same layer there.
    func records(of layer: Layer) -> [CacheRecord] { readers[layer.cache].records(of: layer.diffID) }

    func path(of layer: Layer) -> String { readers[layer.cache].path }

    /// Lets go of them: nothing is asked of them any more, and they may be written to.
    func close() { readers = [] }

    func refuse(_ layer: Layer) { refused.insert(layer) }
}
