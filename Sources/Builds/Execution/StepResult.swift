// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

/// A layer that a build uses: of the store, or made by a step of this build.
enum UsedLayer: Hashable, Sendable {
    case stored(diffID: Digest, path: String)
    /// `directory` is in the build's staging directory; its root is `upper`.
    case made(step: Int, directory: String)

    /// The directory that is the layer's root.
    var path: String {
        switch self {
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
    /// Whether a step of this build made it, rather than the cache. What was cached on top of the former result does
    /// not fit it.
    var isFresh: Bool
}
