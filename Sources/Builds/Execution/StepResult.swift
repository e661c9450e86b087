// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// A layer that a build uses.
struct UsedLayer: Hashable, Sendable {
    enum Place: Hashable, Sendable {
        /// In the store.
        case stored(diffID: Digest, path: String)
        /// Made by a step of this build: `directory` is in its staging directory, and the root is `upper` of it.
        case made(step: Int, directory: String)
    }
    var place: Place
    /// When the step that made it was done, as RFC 3339 writes it; nil for a layer of a base image.
    var created: String?

    /// The directory that is the layer's root.
    var path: String {
        switch place {
        case .stored(_, let path): path
        case .made(_, let directory): directory + "/upper"
        }
    }
}

/// Files that a build has: an image's, or what a step left.
struct BuiltTree: Sendable {
    /// By which later steps' keys know it.
    var identity: Digest
    /// Lowest first.
    var layers: [UsedLayer]
    /// Owners from 65536 on that occur.
    var highIDs: [UInt32]
    /// For an image, the directory whose owner and mode its root has.
    var rootPath: String?
    /// Whether a step of this build made it, rather than the cache. What was cached on top of the former result does
    /// not fit it.
    var isFresh: Bool
}
