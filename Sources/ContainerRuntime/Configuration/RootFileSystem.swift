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
    /// How the root and mounts below it spread; nil is not at all, but for mounts that were asked to.
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
    /// How much can be written, into memory and not into ``writable``; nil for as much as fits there.
    public var limit: WritableLimit?

    public init(layers: [String], writable: String, isTemporary: Bool, limit: WritableLimit? = nil) {
        self.layers = layers
        self.writable = writable
        self.isTemporary = isTemporary
        self.limit = limit
    }
}

/// How much a container may write into its root.
public struct WritableLimit: Hashable, Sendable {
    public var bytes: UInt64
    /// How many files, directories and links.
    public var inodes: UInt64
    public init(bytes: UInt64, inodes: UInt64) {
        self.bytes = bytes
        self.inodes = inodes
    }
}
