// SPDX-License-Identifier: Apache-2.0
public import OCI

/// One thing that the fetching program is to do. It does several at once, and reports on each by its number.
public struct FetchRequest: Hashable, Sendable {
    /// Chosen by who asks; no two that are under way have the same.
    public var id: Int
    public var work: Work

    public init(id: Int, _ work: Work) {
        self.id = id
        self.work = work
    }

    /// A repository of a registry: `docker.io`, `library/debian`.
    public struct Repository: Hashable, Sendable {
        public var registry: String
        public var path: String

        public init(registry: String, path: String) {
            self.registry = registry
            self.path = path
        }
    }

    public enum Work: Hashable, Sendable {
        /// Whether the registry is there and lets us in: `login`.
        case check(registry: String)
        /// What a tag or digest means, without its bytes; the event has a descriptor.
        case resolve(Repository, reference: String)
        /// A manifest or index into `file`, of at most 4 MiB (distribution-spec, "Pulling manifests"); with a descriptor.
        case manifest(Repository, reference: String, file: String)
        /// A blob into `file`. What is there already of a broken download is gone on from. `addresses` is where a
        /// foreign layer may be had too.
        case blob(Repository, digest: Digest, size: Int64, file: String, addresses: [String])
        /// The blob in `file` to the repository, unless it is there, or in one of `mounts` of the same registry.
        case upload(Repository, digest: Digest, size: Int64, file: String, mounts: [String])
        /// The manifest or index in `file` under a tag or its digest.
        case put(Repository, reference: String, mediaType: String, file: String)
        /// The names of all tags, a line each, into `file`.
        case tags(Repository, file: String)
        /// The index of what refers to that manifest, into `file`; by the fallback tag where the registry has no such
        /// question.
        case referrers(Repository, digest: Digest, artifactType: String?, file: String)
        case deleteManifest(Repository, reference: String)
        case deleteBlob(Repository, digest: Digest)
        /// What the registry finds for the words, as JSON of docker's `/v1/search`, into `file`.
        case search(registry: String, words: String, limit: Int, file: String)
        /// What is at an address that is no registry's (`ADD https://…`), of at most `limit` bytes, into `file`.
        case get(address: String, limit: Int64, file: String)
    }
}
