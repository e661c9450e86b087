// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// Under what a layer is found: the step's key, and the layers that the step was carried out on and read.
///
/// A key says how the layers below came to be, not what they are: carried out again, a step may leave others (`apt-get
/// update` does, a day later). A layer that was made on the former ones is not found on top of those.
struct CacheAddress: Hashable, Sendable {
    private let key: Digest
    private let below: [UsedLayer]
    private let reads: [[UsedLayer]]
    /// Whether ``key`` is all of it, as in a record that is there already.
    private let isWhole: Bool

    init(_ key: Digest, below: [UsedLayer], reads: [[UsedLayer]] = []) {
        self.key = key
        self.below = below
        self.reads = reads
        isWhole = false
    }

    init(whole key: Digest) {
        self.key = key
        (below, reads, isWhole) = ([], [], true)
    }

    /// Nil where one of the layers is not finished yet.
    func digest(_ diffID: (UsedLayer) -> Digest?) -> Digest? {
        if isWhole { return key }
        var address = CacheKey()
        address.add("the key", key.hex)
        for layers in [below] + reads {
            address.add("layers", "\(layers.count)")
            for layer in layers {
                guard let digest = diffID(layer) else { return nil }
                address.add("a layer", digest.hex)
            }
        }
        return address.digest
    }
}
