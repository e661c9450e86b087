// SPDX-License-Identifier: Apache-2.0
public import OCI
public import Registry

/// How registries are spoken with.
public struct RegistryLink: Hashable, Sendable {
    /// The file of `minibox-fetch`.
    public var program: String
    public var session: FetchSession

    public init(program: String, session: FetchSession) {
        self.program = program
        self.session = session
    }
}

/// An image that is wanted from a registry.
public struct PullRequest: Hashable, Sendable {
    /// With a tag, `latest` where none was written, or by digest; then the tag means nothing, as for docker.
    public var reference: ImageReference
    /// nil for this machine's, or whatever there is where the registry has only one.
    public var platform: Platform?

    public init(_ reference: ImageReference, platform: Platform? = nil) {
        self.reference = reference
        self.platform = platform
        if self.reference.digest != nil {
            self.reference.tag = nil
        } else if self.reference.tag == nil {
            self.reference.tag = "latest"
        }
    }

    var repository: FetchRequest.Repository { .init(registry: reference.host, path: reference.path) }

    /// What a registry calls it in its repository.
    var registryReference: String { reference.digest.map { "\($0)" } ?? reference.tag ?? "latest" }
}

/// What happens while an image is pulled.
public enum PullEvent: Hashable, Sendable {
    /// A layer of it, by its number from 0 on, lowest first.
    public struct Layer: Hashable, Sendable {
        /// Of the archive.
        public var digest: Digest
        /// In bytes, of the archive.
        public var size: Int64
        /// Whether it is in the store.
        public var isThere: Bool
    }

    /// The manifest is known, and so are the layers.
    case planned([Layer])
    /// So many bytes of the layer have come.
    case fetching(layer: Int, done: Int64)
    /// Something failed for a reason that may pass; nil for what is no layer.
    case retrying(layer: Int?, after: Double, reason: String)
    /// All of the layer has come; it is proven and unpacked from here on.
    case fetched(layer: Int)
    /// The layer is proven and unpacked.
    case unpacked(layer: Int)
    /// All is there, and goes to stable storage.
    case storing
}

/// An image that was pulled.
public struct PulledImage: Hashable, Sendable {
    /// What is its name now.
    public let reference: ImageReference
    /// Of what the registry gave for the reference: an index, or the manifest itself.
    public let digest: Digest
    /// Of its configuration.
    public let id: Digest
    public let platform: Platform
    /// Whether the name means something else than before.
    public let isNew: Bool
}
