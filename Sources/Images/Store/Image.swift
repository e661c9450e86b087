// SPDX-License-Identifier: Apache-2.0
public import OCI

/// An image of the store, ready to run: its documents, and its layers unpacked.
public struct Image: Sendable {
    /// The name by which it was found; nil where it was found by its id.
    public let reference: ImageReference?
    /// The digest of its configuration.
    public let id: Digest
    public let manifestDigest: Digest
    public let manifest: ImageManifest
    public let configuration: ImageConfiguration
    /// Lowest first.
    public let layers: [Layer]

    /// The directory whose owner and mode the root of a container has: that of the topmost layer that says them. Nil where
    /// none does; then the root is root's and has 0755.
    public var rootPath: String? { layers.last(where: \.hasRoot)?.path }

    /// One layer, unpacked.
    public struct Layer: Hashable, Sendable {
        /// The digest of the uncompressed archive.
        public let diffID: Digest
        /// The archive in the store. That of a layer made in place is not kept: it has no compression, its digest is
        /// ``diffID``, and its bytes are made of the directory when they are needed.
        public let blob: ContentDescriptor
        /// The absolute path of the unpacked root. Nobody changes anything in it.
        public let path: String
        /// Bytes of file contents.
        public let size: Int64
        public let entries: Int
        /// The owners above 65535 that occur, sorted: a user namespace for the layer needs them too.
        public let highUsers: [UInt32]
        public let highGroups: [UInt32]
        /// Whether the layer has an entry for the root itself.
        public let hasRoot: Bool
    }
}

/// An image of the store, as a list shows it.
public struct ImageSummary: Hashable, Sendable {
    /// Nil for an image whose names all lead elsewhere now.
    public let reference: ImageReference?
    public let id: Digest
    public let manifestDigest: Digest
    /// When it was made, as RFC 3339 writes it.
    public let created: String?
    /// Bytes of file contents, of all layers that are unpacked.
    public let size: Int64
}
