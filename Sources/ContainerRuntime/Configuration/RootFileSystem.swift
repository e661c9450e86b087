// SPDX-License-Identifier: Apache-2.0

/// A container's root file system.
public struct RootFileSystem: Hashable, Sendable {
    public enum Source: Hashable, Sendable {
        /// Layers below, the container's own changes on top.
        case layers(LayeredRoot)
        /// A directory of the host's as it is: the `root.path` of a bundle.
        case directory(String)
    }
    public var source: Source
    public var isReadOnly: Bool
    /// How mounts below a directory's root spread; nil is not at all.
    public var propagation: PropagationChange?

    public init(_ source: Source, isReadOnly: Bool) {
        self.source = source
        self.isReadOnly = isReadOnly
    }

    /// The layers, where it has some.
    public var layered: LayeredRoot? {
        if case .layers(let layers) = source { layers } else { nil }
    }
}

/// A root of layers: overlayfs.
public struct LayeredRoot: Hashable, Sendable {
    /// Directories of unpacked layers, the topmost first.
    public var layers: [String]
    /// A directory that holds `upper` and `work`.
    public var writable: String
    /// Whether `writable` goes with the container.
    public var isTemporary: Bool

    public init(layers: [String], writable: String, isTemporary: Bool) {
        self.layers = layers
        self.writable = writable
        self.isTemporary = isTemporary
    }
}
